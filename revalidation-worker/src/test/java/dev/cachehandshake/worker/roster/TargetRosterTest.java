package dev.cachehandshake.worker.roster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.worker.config.TargetSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Who a site's targets are: a list, or what DNS says at the moment. */
@ExtendWith(OutputCaptureExtension.class)
class TargetRosterTest {
    /** What DNS answers; empty = it does not. */
    private List<String> addresses = List.of();

    private final TargetRoster resolved = new TargetRoster(settings(true, "http://web:3000/shop"), this::resolve);

    private static TargetSettings settings(boolean resolve, String... urls) {
        return new TargetSettings(
                "default",
                "nextjs",
                Arrays.stream(urls).map(URI::create).toList(),
                resolve,
                TargetSettings.Invalidate.ALL,
                TargetSettings.Protocol.BATCH,
                TargetSettings.CallbackAuth.JWT,
                Duration.ofSeconds(2),
                null,
                Duration.ofDays(7));
    }

    private List<InetAddress> resolve(String host) throws UnknownHostException {
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host + ": no such name");
        }
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByName(address));
        }
        return found;
    }

    @Test
    void oneUrlIsOneTargetOfTheNameThatIsSet() {
        TargetRoster roster = new TargetRoster(settings(false, "https://www.example.com/"));

        assertThat(roster.now()).isEqualTo(Roster.of("nextjs"));
        assertThat(roster.target("nextjs").route()).hasToString("https://www.example.com/api/revalidate");
    }

    @Test
    void severalUrlsAreNamedByHostAndPort() {
        TargetRoster roster = new TargetRoster(settings(false, "http://web-2:3000", "http://web-1:3000"));

        assertThat(roster.now()).isEqualTo(Roster.of("web-2:3000", "web-1:3000"));
        assertThat(roster.target("web-1:3000").route()).hasToString("http://web-1:3000/api/revalidate");
    }

    @Test
    void eachAddressOfANameIsATarget() {
        addresses = List.of("10.0.0.2", "10.0.0.1", "fd00::1");

        assertThat(resolved.now())
                .isEqualTo(new Roster(
                        List.of("10.0.0.1:3000", "10.0.0.2:3000", "[fd00:0:0:0:0:0:0:1]:3000"),
                        false,
                        Optional.of("default")));
        assertThat(resolved.target("10.0.0.1:3000").route()).hasToString("http://10.0.0.1:3000/shop/api/revalidate");
        assertThat(resolved.target("[fd00:0:0:0:0:0:0:1]:3000").route())
                .hasToString("http://[fd00:0:0:0:0:0:0:1]:3000/shop/api/revalidate");
    }

    @Test
    void theNameIsAskedEachTime() {
        addresses = List.of("10.0.0.1");
        resolved.now();
        addresses = List.of("10.0.0.3");

        assertThat(resolved.now().targets()).containsExactly("10.0.0.3:3000");
    }

    @Test
    void whileTheNameIsNotResolvedTheLastAddressesCountAndTheLogSaysSoOnce(CapturedOutput output) {
        addresses = List.of("10.0.0.1", "10.0.0.2");
        resolved.now();
        addresses = List.of();

        assertThat(resolved.now().targets()).containsExactly("10.0.0.1:3000", "10.0.0.2:3000");
        resolved.now();

        assertThat(output.getAll().lines())
                .filteredOn(line -> line.contains("web (handshake.target.url) cannot be resolved"))
                .singleElement()
                .asString()
                .contains("going on with [10.0.0.1:3000, 10.0.0.2:3000]");

        addresses = List.of("10.0.0.2");
        assertThat(resolved.now().targets()).containsExactly("10.0.0.2:3000");
        assertThat(output.getAll()).contains("web is resolved again: [10.0.0.2:3000]");
    }

    @Test
    void untilItHasBeenResolvedOnceNobodyKnows() {
        assertThatExceptionOfType(TargetsUnknownException.class).isThrownBy(resolved::now);
    }

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.7:3000, 10.0.0.7:3000",
        "http://10.0.0.7:4000, 10.0.0.7:3000",
        "'http://[fd00::7]:3000', '[fd00:0:0:0:0:0:0:7]:3000'"
    })
    void aReplicaThatSaysItsAddressHasTheNameThatDnsWillGiveIt(String url, String name) {
        assertThat(resolved.nameOfReplica(url)).hasValue(name);
    }

    @ParameterizedTest
    @CsvSource({"http://localhost:3000", "no url", "http://evil.example:3000", "http://10.0.0.7.evil:3000", "http://"})
    void whatIsNoAddressIsNoTarget(String url) {
        assertThat(resolved.nameOfReplica(url)).isEmpty();
    }

    @Test
    void aListIsJoinedByNobody() {
        TargetRoster roster = new TargetRoster(settings(false, "http://web-1:3000", "http://web-2:3000"));

        assertThat(roster.nameOfReplica("http://10.0.0.7:3000")).isEmpty();
        assertThat(roster.now().joinedBy()).isEmpty();
    }
}
