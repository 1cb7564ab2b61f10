package dev.cachehandshake.worker.roster;

import dev.cachehandshake.protocol.store.Roster;
import dev.cachehandshake.worker.config.TargetSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.net.InetAddressUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The targets of the site: a list that is set, or each address that a DNS name has at the moment it is asked. While the name
 * cannot be resolved the addresses that it had before count; so an outage of DNS alone changes nothing. Thread-safe.
 */
public final class TargetRoster {
    private static final Logger log = LoggerFactory.getLogger(TargetRoster.class);

    /** How a name becomes addresses. */
    @FunctionalInterface
    public interface Resolver {
        List<InetAddress> addressesOf(String host) throws UnknownHostException;
    }

    private final TargetSettings settings;
    private final Resolver resolver;
    private final Map<String, Target> fixed = new LinkedHashMap<>();
    private volatile List<String> lastKnown = List.of();
    private boolean unresolved;

    public TargetRoster(TargetSettings settings) {
        this(settings, host -> Arrays.asList(InetAddress.getAllByName(host)));
    }

    TargetRoster(TargetSettings settings, Resolver resolver) {
        this.settings = settings;
        this.resolver = resolver;
        if (!settings.resolve()) {
            for (URI url : settings.url()) {
                String name = settings.url().size() == 1 ? settings.name() : TargetSettings.hostAndPort(url);
                fixed.put(name, new Target(name, withoutSlash(url.toString())));
            }
            lastKnown = List.copyOf(fixed.keySet());
        }
    }

    /**
     * Who has to prove a handshake that is claimed now. Asks DNS where the site's targets are resolved; the JVM remembers an
     * answer for the time that {@code networkaddress.cache.ttl} says.
     *
     * @throws TargetsUnknownException while the name has never been resolved since the start
     */
    public synchronized Roster now() {
        if (!settings.resolve()) {
            return new Roster(lastKnown, firstInvalidates(), Optional.empty());
        }
        String host = settings.url().getFirst().getHost();
        try {
            lastKnown = resolver.addressesOf(host).stream()
                    .map(address -> nameOf(address.getHostAddress()))
                    .sorted()
                    .distinct()
                    .toList();
            if (unresolved) {
                log.info("targets: {} is resolved again: {}", host, lastKnown);
            }
            unresolved = false;
        } catch (UnknownHostException away) {
            if (!unresolved) {
                log.error(
                        "targets: {} (handshake.target.url) cannot be resolved: {}; {}",
                        host,
                        away.getMessage(),
                        lastKnown.isEmpty() ? "nothing is delivered until it can" : "going on with " + lastKnown);
            }
            unresolved = true;
        }
        if (lastKnown.isEmpty()) {
            throw new TargetsUnknownException(host + " cannot be resolved");
        }
        return new Roster(lastKnown, firstInvalidates(), Optional.of(settings.site()));
    }

    private boolean firstInvalidates() {
        return settings.invalidate() == TargetSettings.Invalidate.ONE;
    }

    /** Where a target of that name listens. A replica that said hello has the address in its name, as a resolved one has. */
    public Target target(String name) {
        Target known = fixed.get(name);
        if (known != null) {
            return known;
        }
        URI url = settings.url().getFirst();
        return settings.resolve()
                ? new Target(name, withoutSlash("http://" + name + url.getRawPath()))
                : new Target(name, withoutSlash(url.toString()));
    }

    /** Those of the last answer. */
    public List<String> names() {
        return lastKnown;
    }

    /** By what name a replica that says where it listens is a target; empty where the targets are a list, or it is no address. */
    public Optional<String> nameOfReplica(String url) {
        if (!settings.resolve()) {
            return Optional.empty();
        }
        try {
            String host = URI.create(url).getHost();
            // Of a literal address no name service is asked.
            String literal = host == null ? "" : host.replaceAll("^\\[|]$", "");
            return InetAddressUtils.isIPv4(literal) || InetAddressUtils.isIPv6(literal)
                    ? Optional.of(nameOf(InetAddress.getByName(literal).getHostAddress()))
                    : Optional.empty();
        } catch (IllegalArgumentException | UnknownHostException noAddress) {
            return Optional.empty();
        }
    }

    /** Those that are known from the start. */
    public List<Target> fixed() {
        return List.copyOf(fixed.values());
    }

    private String nameOf(String address) {
        int port = settings.url().getFirst().getPort();
        String host = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        return host + ":" + (port < 0 ? 80 : port);
    }

    private static URI withoutSlash(String url) {
        return URI.create(url.replaceAll("/+$", ""));
    }
}
