package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;

/** Settings that are each right and contradict each other stop the start. */
public record SettingsAgreement(LeaseSettings lease, TargetSettings target, SecretSettings secrets) {
    public SettingsAgreement {
        if (lease.hold().compareTo(target.timeout().plus(lease.duration())) < 0) {
            throw new SettingsException(
                    "handshake.lease.hold is " + DurationText.of(lease.hold()) + " and handshake.target.timeout "
                            + DurationText.of(target.timeout()) + ": hold a lease for the time-out and one lease ("
                            + DurationText.of(target.timeout().plus(lease.duration()))
                            + ") at least, or slow calls are delivered twice");
        }
        if (target.connectTimeout().compareTo(target.timeout()) > 0) {
            throw new SettingsException("handshake.target.connect-timeout is "
                    + DurationText.of(target.connectTimeout()) + " and handshake.target.timeout "
                    + DurationText.of(target.timeout()) + ": connecting is a part of the call");
        }
        if (secrets.revalidation().equals(secrets.callback())) {
            throw new SettingsException(
                    "REVALIDATION_SECRET and CALLBACK_SECRET are the same: take two, so that what a site may say and what"
                            + " it is told cannot be mixed up");
        }
    }
}
