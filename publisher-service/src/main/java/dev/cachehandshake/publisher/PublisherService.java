package dev.cachehandshake.publisher;

import dev.cachehandshake.protocol.boot.RefereeConfiguration;
import dev.cachehandshake.protocol.boot.ServiceLauncher;
import dev.cachehandshake.publisher.config.DeploymentSettings;
import dev.cachehandshake.publisher.config.PublisherSettings;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** Takes ContentUpdated events and answers what became of them. */
@SpringBootApplication
@Import(RefereeConfiguration.class)
@EnableConfigurationProperties({PublisherSettings.class, DeploymentSettings.class})
public class PublisherService {
    public static void main(String[] args) {
        ServiceLauncher.launch(PublisherService.class, args);
    }
}
