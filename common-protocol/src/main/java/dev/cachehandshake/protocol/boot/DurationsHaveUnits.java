package dev.cachehandshake.protocol.boot;

import java.time.Duration;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/** Refuses a duration of ours that is a bare number: Boot takes it for milliseconds, and whoever writes 30 means seconds. */
final class DurationsHaveUnits implements ConfigurationPropertiesBindHandlerAdvisor {
    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("handshake");
    private static final Pattern BARE_NUMBER = Pattern.compile("[+-]?[0-9]+");

    @Override
    public BindHandler apply(BindHandler parent) {
        return new AbstractBindHandler(parent) {
            @Override
            public Object onSuccess(
                    ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
                if (result instanceof Duration && OURS.isAncestorOf(name)) {
                    check(name, context.getConfigurationProperty());
                }
                return super.onSuccess(name, target, context, result);
            }
        };
    }

    private static void check(ConfigurationPropertyName name, ConfigurationProperty property) {
        String value = property == null ? "" : property.getValue().toString().strip();
        if (BARE_NUMBER.matcher(value).matches()) {
            throw new SettingsException(name + " is \"" + value + "\": give a unit: " + value + "s");
        }
    }
}
