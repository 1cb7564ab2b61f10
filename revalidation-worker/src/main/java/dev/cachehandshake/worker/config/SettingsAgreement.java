package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.DeliveryClass;
import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import dev.cachehandshake.protocol.boot.Strategies;
import java.time.Duration;

/** Settings that are each right and contradict each other stop the start. */
public record SettingsAgreement(
        LeaseSettings lease, Strategies strategies, TargetSettings target, SecretSettings secrets) {
    public SettingsAgreement {
        for (DeliveryClass each : DeliveryClass.values()) {
            check(each, strategies.of(each).timeout(), lease, target);
        }
        if (secrets.revalidation().equals(secrets.callback())) {
            throw new SettingsException(
                    "REVALIDATION_SECRET and CALLBACK_SECRET are the same: take two, so that what a site may say and what"
                            + " it is told cannot be mixed up");
        }
    }

    private static void check(DeliveryClass each, Duration timeout, LeaseSettings lease, TargetSettings target) {
        String itsTimeout =
                " and handshake.strategies." + each.wireName() + ".timeout " + DurationText.of(timeout) + ": ";
        if (lease.hold().compareTo(timeout.plus(lease.duration())) < 0) {
            throw new SettingsException("handshake.lease.hold is " + DurationText.of(lease.hold()) + itsTimeout
                    + "hold a lease for the time-out and one lease ("
                    + DurationText.of(timeout.plus(lease.duration()))
                    + ") at least, or slow calls are delivered twice");
        }
        if (target.connectTimeout().compareTo(timeout) > 0) {
            throw new SettingsException("handshake.target.connect-timeout is "
                    + DurationText.of(target.connectTimeout()) + itsTimeout + "connecting is a part of the call");
        }
    }
}
