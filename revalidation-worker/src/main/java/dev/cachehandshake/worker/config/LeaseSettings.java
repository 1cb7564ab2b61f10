package dev.cachehandshake.worker.config;

import dev.cachehandshake.protocol.boot.DurationText;
import dev.cachehandshake.protocol.boot.SettingsException;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a worker holds what it claimed.
 *
 * @param duration until a silent worker counts as dead; default 3 s, from 500 ms. Together with the sweep it decides how
 *     soon another worker delivers
 * @param renewEvery default 750 ms; at most a third of the duration, so that two lost renewals do no harm
 * @param hold the hard end of a lease, however often renewed; default 90 s. Longer than a call may take
 */
@ConfigurationProperties("handshake.lease")
public record LeaseSettings(
        @DefaultValue("3s") Duration duration,
        @DefaultValue("750ms") Duration renewEvery,
        @DefaultValue("90s") Duration hold) {
    public LeaseSettings {
        if (duration.toMillis() < 500) {
            throw new SettingsException(
                    "handshake.lease.duration is " + DurationText.of(duration) + ": it is 500ms at least");
        }
        if (renewEvery.isZero()
                || renewEvery.isNegative()
                || renewEvery.multipliedBy(3).compareTo(duration) > 0) {
            throw new SettingsException("handshake.lease.renew-every is " + DurationText.of(renewEvery)
                    + " and handshake.lease.duration " + DurationText.of(duration)
                    + ": renew three times a lease at least, or live workers lose their leases");
        }
        if (hold.compareTo(duration) < 0) {
            throw new SettingsException(
                    "handshake.lease.hold is " + DurationText.of(hold) + " and handshake.lease.duration "
                            + DurationText.of(duration) + ": the hard end cannot come before the first");
        }
    }
}
