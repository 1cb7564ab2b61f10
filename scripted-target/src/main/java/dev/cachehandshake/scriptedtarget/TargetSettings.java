package dev.cachehandshake.scriptedtarget;

import java.net.URI;

/**
 * Who the scripted site is.
 *
 * @param port on which it listens, on 127.0.0.1; 0 for one that is free
 * @param site its name: the audience of the worker's tokens and the issuer of its own; e.g. {@code default}
 * @param revalidationSecret the worker signs with it; at least 32 bytes
 * @param callbackSecret the site signs with it; at least 32 bytes
 * @param workerUrl where callbacks go, without a trailing slash
 */
public record TargetSettings(int port, String site, String revalidationSecret, String callbackSecret, URI workerUrl) {
    @Override
    public String toString() {
        return "TargetSettings[port=" + port + ", site=" + site + ", workerUrl=" + workerUrl + "]";
    }
}
