package dev.cachehandshake.publisher.publish;

import dev.cachehandshake.protocol.boot.PathSettings;
import dev.cachehandshake.publisher.config.PublisherSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps that are made from several settings. */
@Configuration(proxyBeanMethods = false)
class PublishSteps {
    @Bean
    ContentUpdateReader contentUpdateReader(PublisherSettings settings, PathSettings paths) {
        return new ContentUpdateReader(settings.sites(), paths.rules());
    }
}
