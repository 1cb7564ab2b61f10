package dev.cachehandshake.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cachehandshake.protocol.wire.JobJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProofTest {
    private static final String PRIMARY = "/blog/hello";
    private static final Job VERSION_7 = Jobs.post("a", "hello", "7");
    private static final Job UNVERSIONED = JobJson.read(Jobs.json("a", "hello", ""));
    private static final Job DELETED = JobJson.read(Jobs.json("a", "hello", ",\"action\":\"deleted\",\"version\":8"));

    private static boolean noSuccessor(ContentVersion version) {
        return false;
    }

    private static Proof weigh(Job job, Proof.Claim claim, PageSeen... pages) {
        return weigh(job, claim, ProofTest::noSuccessor, pages);
    }

    /** The site has read every touched page; those that are not given do not show the entry. */
    private static Proof weigh(Job job, Proof.Claim claim, Predicate<ContentVersion> superseding, PageSeen... pages) {
        List<PageSeen> all = new ArrayList<>(List.of(pages));
        PathRules.DEFAULT.touchedBy(job).all().stream()
                .map(PagePath::value)
                .filter(path -> all.stream().noneMatch(page -> page.path().equals(path)))
                .forEach(path -> all.add(withoutEntry(path, 200)));
        return weighOnly(job, claim, superseding, all);
    }

    private static Proof weighOnly(
            Job job, Proof.Claim claim, Predicate<ContentVersion> superseding, List<PageSeen> pages) {
        return Proof.weigh(job, PathRules.DEFAULT.touchedBy(job), claim, Optional.empty(), pages, superseding);
    }

    private static Proof weighOnly(Job job, Proof.Claim claim, PageSeen... pages) {
        return weighOnly(job, claim, ProofTest::noSuccessor, List.of(pages));
    }

    private static PageSeen shows(String path, String version) {
        return new PageSeen(path, Optional.of(ContentVersion.parse(version)), 200);
    }

    private static PageSeen withoutEntry(String path, int status) {
        return new PageSeen(path, Optional.empty(), status);
    }

    private static String unreadable(Proof proof) {
        assertThat(proof).isInstanceOf(Proof.Unreadable.class);
        return ((Proof.Unreadable) proof).reason();
    }

    private static Proof proven() {
        return new Proof.Proven(Optional.empty());
    }

    private static String reason(Proof proof) {
        assertThat(proof).isInstanceOf(Proof.Disproven.class);
        return ((Proof.Disproven) proof).reason();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "8", "100"})
    void thePrimaryPageAtTheVersionOrLaterProves(String seen) {
        assertThat(weigh(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, seen))).isEqualTo(proven());
    }

    @ParameterizedTest
    @EnumSource(Proof.Claim.class)
    void whatThePagesShowCountsAndNotWhatTheSiteClaims(Proof.Claim claim) {
        assertThat(weigh(VERSION_7, claim, shows(PRIMARY, "7"))).isEqualTo(proven());
        assertThat(weigh(VERSION_7, claim, shows(PRIMARY, "6"))).isInstanceOf(Proof.Disproven.class);
    }

    @Test
    void anEarlierVersionDisproves() {
        assertThat(reason(weigh(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, "6"))))
                .isEqualTo("/blog/hello shows version 6, wanted 7");
    }

    @Test
    void aTouchedPageThatIsBehindDisprovesThoughThePrimaryIsFresh() {
        assertThat(reason(weigh(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, "7"), shows("/blog", "6"))))
                .isEqualTo("/blog shows version 6, wanted 7");
    }

    @Test
    void aTouchedPageWithoutTheEntryIsNoReasonAgainstIt() {
        assertThat(weigh(
                        VERSION_7,
                        Proof.Claim.FRESH,
                        shows(PRIMARY, "7"),
                        withoutEntry("/blog", 200),
                        withoutEntry("/", 404)))
                .isEqualTo(proven());
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 0})
    void aTouchedPageThatIsBrokenMayShowAnything(int status) {
        assertThat(unreadable(weigh(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, "7"), withoutEntry("/blog", status))))
                .isEqualTo("/blog " + (status == 0 ? "was not read" : "answered with status " + status));
    }

    @Test
    void aPrimaryPageWithoutTheMarkerProvesNothing() {
        assertThat(reason(weigh(VERSION_7, Proof.Claim.FRESH, withoutEntry(PRIMARY, 200), shows("/blog", "7"))))
                .isEqualTo("/blog/hello shows no content-version of post:hello, wanted 7");
    }

    @Test
    void aPrimaryPageThatWasNotReadProvesNothing() {
        assertThat(reason(weighOnly(VERSION_7, Proof.Claim.FRESH))).isEqualTo("/blog/hello was not read, wanted 7");
    }

    @Test
    void aTouchedPageThatWasNotReadMayShowAnything() {
        assertThat(reason(weighOnly(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, "7"), shows("/", "7"))))
                .isEqualTo("/blog was not read, wanted 7");
    }

    @Test
    void aRoutePatternIsNoPageToRead() {
        Job withPattern = JobJson.read(
                "{\"revalidation_id\":\"a\",\"type\":\"post\",\"slug\":\"hello\",\"version\":7,\"paths\":[\"/blog/hello\","
                        + "{\"path\":\"/blog/[slug]\",\"type\":\"page\"}]}");

        assertThat(weighOnly(withPattern, Proof.Claim.FRESH, shows(PRIMARY, "7")))
                .isEqualTo(proven());
    }

    @Test
    void theSitesOwnWordsExplainAMissingMarker() {
        Proof proof = Proof.weigh(
                VERSION_7,
                PathRules.DEFAULT.touchedBy(VERSION_7),
                Proof.Claim.FAILED,
                Optional.of("the page answered 500"),
                List.of(),
                ProofTest::noSuccessor);

        assertThat(reason(proof)).isEqualTo("the page answered 500");
    }

    @Test
    void aVersionOfAnotherFormDoesNotProve() {
        assertThat(weigh(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, "abc"))).isInstanceOf(Proof.Disproven.class);
    }

    @Test
    void withoutAVersionTheSitesWordIsTakenAndIsNoProof() {
        assertThat(weigh(UNVERSIONED, Proof.Claim.FRESH)).isEqualTo(new Proof.Confirmed());
        assertThat(weigh(UNVERSIONED, Proof.Claim.UNPROVEN, shows(PRIMARY, "1")))
                .isEqualTo(new Proof.Confirmed());
        assertThat(reason(weigh(UNVERSIONED, Proof.Claim.STALE))).isEqualTo("the site reports stale");
        assertThat(reason(weigh(UNVERSIONED, Proof.Claim.FAILED))).isEqualTo("the site reports failed");
    }

    @Test
    void anOpaqueVersionIsProvenByItselfOrByAProvenSuccessor() {
        Job opaque = Jobs.post("a", "hello", "\"abc\"");
        ContentVersion successor = ContentVersion.parse("def");

        assertThat(weigh(opaque, Proof.Claim.FRESH, shows(PRIMARY, "abc"))).isEqualTo(proven());
        assertThat(reason(weigh(opaque, Proof.Claim.FRESH, shows(PRIMARY, "def"))))
                .isEqualTo("/blog/hello shows version def, wanted abc");
        assertThat(weigh(opaque, Proof.Claim.STALE, successor::equals, shows(PRIMARY, "def")))
                .isEqualTo(new Proof.Proven(Optional.of("def")));
        assertThat(weigh(opaque, Proof.Claim.STALE, successor::equals, shows(PRIMARY, "def"), shows("/blog", "ghi")))
                .isInstanceOf(Proof.Disproven.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void aRemovedEntryIsProvenGoneByItsStatus(int status) {
        assertThat(weigh(DELETED, Proof.Claim.STALE, withoutEntry(PRIMARY, status)))
                .isEqualTo(proven());
    }

    @Test
    void aRemovedEntryIsProvenGoneByAPageThatNoLongerShowsIt() {
        assertThat(weigh(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, 200)))
                .isEqualTo(proven());
        assertThat(weigh(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, 308)))
                .isEqualTo(proven());
    }

    @Test
    void aRemovedEntryThatIsStillShownIsNotGone() {
        assertThat(reason(weigh(DELETED, Proof.Claim.FRESH, shows(PRIMARY, "8"))))
                .isEqualTo("/blog/hello still shows version 8, wanted it gone");
    }

    @Test
    void aRemovedEntryThatAListStillShowsIsNotGone() {
        assertThat(reason(weigh(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, 404), shows("/blog", "7"))))
                .isEqualTo("/blog still shows version 7, wanted it gone");
    }

    @Test
    void aRemovalIsProvenByEveryTouchedPage() {
        assertThat(reason(weighOnly(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, 404), withoutEntry("/", 200))))
                .isEqualTo("/blog was not read, wanted it gone");
        assertThat(unreadable(
                        weigh(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, 404), withoutEntry("/blog", 500))))
                .isEqualTo("/blog answered with status 500");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 429})
    void aPageThatCouldNotBeSeenDoesNotProveItGone(int status) {
        assertThat(reason(weigh(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, status))))
                .contains("status " + status);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 0})
    void aPageThatIsBrokenDoesNotProveItGone(int status) {
        assertThat(weigh(DELETED, Proof.Claim.FAILED, withoutEntry(PRIMARY, status)))
                .isInstanceOf(Proof.Unreadable.class);
    }

    @Test
    void aPageWithoutItsStatusProvesNothingAndIsNoOutage() {
        assertThat(reason(weigh(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, "7"), withoutEntry("/blog", -1))))
                .isEqualTo("/blog is reported without its status");
        assertThat(reason(weigh(VERSION_7, Proof.Claim.STALE, withoutEntry(PRIMARY, -1))))
                .isEqualTo("/blog/hello shows no content-version of post:hello, wanted 7");
        assertThat(reason(weigh(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, -1))))
                .isEqualTo("/blog/hello is reported without its status, wanted it gone");
        assertThat(reason(weigh(DELETED, Proof.Claim.FRESH, withoutEntry(PRIMARY, 404), withoutEntry("/blog", -1))))
                .isEqualTo("/blog is reported without its status, wanted it gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6", "7", "8"})
    void aServersErrorProvesNothingWhateverMarkerItCarries(String version) {
        PageSeen error = new PageSeen(PRIMARY, Optional.of(ContentVersion.parse(version)), 500);

        assertThat(unreadable(weigh(VERSION_7, Proof.Claim.FRESH, error)))
                .isEqualTo(PRIMARY + " answered with status 500");
    }

    @Test
    void aBrokenPageThatTheChangeDoesNotTouchDoesNotMatter() {
        assertThat(weigh(VERSION_7, Proof.Claim.FRESH, shows(PRIMARY, "7"), withoutEntry("/elsewhere", 500)))
                .isEqualTo(proven());
    }

    @Test
    void theSitesWordsAreTakenForABrokenPageOnlyWhereTheyAreAboutIt() {
        List<PageSeen> pages = List.of(withoutEntry(PRIMARY, 0));
        TouchedPaths touched = PathRules.DEFAULT.touchedBy(VERSION_7);

        for (String words : List.of(PRIMARY + " was not read: connection refused", "/blog shows 6, wanted 7")) {
            Proof proof = Proof.weigh(
                    VERSION_7, touched, Proof.Claim.FAILED, Optional.of(words), pages, ProofTest::noSuccessor);
            assertThat(unreadable(proof)).isEqualTo(words.startsWith(PRIMARY) ? words : PRIMARY + " was not read");
        }
    }

    @Test
    void aBrokenPageSaysNothingOfTheChangeWhateverOthersShow() {
        assertThat(unreadable(weigh(VERSION_7, Proof.Claim.STALE, withoutEntry(PRIMARY, 500), shows("/blog", "6"))))
                .isEqualTo(PRIMARY + " answered with status 500");
        assertThat(unreadable(weigh(UNVERSIONED, Proof.Claim.FAILED, withoutEntry(PRIMARY, 500))))
                .isEqualTo(PRIMARY + " answered with status 500");
    }

    @Test
    void withoutAVersionTheSitesWordIsEnoughThoughAPageIsBroken() {
        assertThat(weigh(UNVERSIONED, Proof.Claim.UNPROVEN, shows(PRIMARY, "6"), withoutEntry("/blog", 500)))
                .isEqualTo(new Proof.Confirmed());
    }

    @Test
    void aRemovalWithAVersionIsProvenByItsPageOnly() {
        assertThat(reason(weighOnly(DELETED, Proof.Claim.FRESH))).isEqualTo("/blog/hello was not read, wanted it gone");
    }

    @Test
    void aRemovalWithoutAVersionIsTheSitesWordUnlessItsPageWasRead() {
        Job deleted = JobJson.read(Jobs.json("a", "hello", ",\"action\":\"deleted\""));

        assertThat(weighOnly(deleted, Proof.Claim.FRESH)).isEqualTo(new Proof.Confirmed());
        assertThat(weighOnly(deleted, Proof.Claim.FAILED)).isInstanceOf(Proof.Disproven.class);
        assertThat(weigh(deleted, Proof.Claim.FRESH, withoutEntry(PRIMARY, 404)))
                .isEqualTo(proven());
        assertThat(weighOnly(deleted, Proof.Claim.FRESH, shows(PRIMARY, "8"))).isInstanceOf(Proof.Disproven.class);
    }
}
