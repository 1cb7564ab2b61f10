package dev.cachehandshake.publisher.hold;

import dev.cachehandshake.protocol.store.DeploymentWord;
import dev.cachehandshake.publisher.publish.ReadUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What became of reading a deploy's word. */
public sealed interface ReadDeployment {
    /**
     * @param timeout how long the deploy may take
     * @param buildStartedAt empty when it does not say so
     */
    record Understood(String id, DeploymentWord.Kind status, Duration timeout, Optional<Instant> buildStartedAt)
            implements ReadDeployment {}

    record NotUnderstood(ReadUpdate.NotUnderstood why) implements ReadDeployment {}
}
