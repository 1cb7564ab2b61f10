package dev.cachehandshake.publisher.security;

import dev.cachehandshake.publisher.config.PublisherSettings;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Puts the API key before everything under {@code /api}; the actuator's addresses stay open. */
@Configuration(proxyBeanMethods = false)
class ApiSecurity {
    @Bean
    FilterRegistrationBean<ApiKeyFilter> apiKeyFilter(
            PublisherSettings settings, @Qualifier("handlerExceptionResolver") HandlerExceptionResolver problems) {
        FilterRegistrationBean<ApiKeyFilter> filter =
                new FilterRegistrationBean<>(new ApiKeyFilter(settings.apiKey(), problems));
        // The container matches this on the decoded and normalised path, so no spelling of an address gets around it.
        filter.addUrlPatterns("/api/*");
        // After the request context and the observation of requests, before whatever reads a body.
        filter.setOrder(Ordered.LOWEST_PRECEDENCE - 100);
        return filter;
    }
}
