package dev.cachehandshake.scriptedtarget;

import dev.cachehandshake.protocol.ContentVersion;

/** What the site says in a batch callback of one handshake's pages. A single callback carries nothing of it. */
public sealed interface SiteReport {
    /** Every page shows the wanted version; the primary page of a removed entry answers 404. */
    record Fresh() implements SiteReport {}

    /** Every page still shows another version. */
    record Stale(ContentVersion shown) implements SiteReport {}

    /** Says fresh, whatever version the pages show: what an honest worker must not take the site's word for. */
    record SaysFreshBut(ContentVersion shown) implements SiteReport {}

    /** The pages carry no marker. */
    record Unproven() implements SiteReport {}

    /** Every page answers with a server's error. */
    record Broken(int status) implements SiteReport {}

    /** The site could not do it. */
    record Failed(String reason) implements SiteReport {}

    static SiteReport fresh() {
        return new Fresh();
    }

    /** @param version as the marker shows it, e.g. {@code 6} */
    static SiteReport stale(String version) {
        return new Stale(ContentVersion.parse(version));
    }

    static SiteReport saysFreshBut(String version) {
        return new SaysFreshBut(ContentVersion.parse(version));
    }

    static SiteReport unproven() {
        return new Unproven();
    }

    static SiteReport broken(int status) {
        return new Broken(status);
    }

    static SiteReport failed(String reason) {
        return new Failed(reason);
    }
}
