package dev.cachehandshake.protocol.store;

import dev.cachehandshake.protocol.DeploymentStatus;
import java.time.Duration;

/**
 * A deployment that has ended.
 *
 * @param held how long it held its site
 */
public record ClosedDeployment(DeploymentStatus status, Duration held) {}
