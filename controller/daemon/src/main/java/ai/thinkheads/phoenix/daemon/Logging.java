package ai.thinkheads.phoenix.daemon;

import java.util.logging.LogManager;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.appender.ConsoleAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.AppenderComponentBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Sets up Log4j2, by code, since there are two forms and three levels and nothing else to configure. Lines go to standard error,
 * so that standard output stays the command's own. Kind, name and reconcile id come from the thread context.
 */
public final class Logging {

    private static final String TEXT =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %notEmpty{%X{kind}/%X{name} }%notEmpty{[%X{reconcileId}] }%m%n%ex{short}";
    private static final String JSON = """
            {"time":{"$resolver":"timestamp","pattern":{"format":"yyyy-MM-dd'T'HH:mm:ss.SSSXXX","timeZone":"UTC"}},\
            "level":{"$resolver":"level","field":"name"},\
            "logger":{"$resolver":"logger","field":"name"},\
            "kind":{"$resolver":"mdc","key":"kind"},\
            "name":{"$resolver":"mdc","key":"name"},\
            "reconcileId":{"$resolver":"mdc","key":"reconcileId"},\
            "message":{"$resolver":"message","stringified":true},\
            "error":{"$resolver":"exception","field":"message"},\
            "stackTrace":{"$resolver":"exception","field":"stackTrace","stackTrace":{"stringified":true}}}""";

    /** Held here, because java.util.logging forgets what nobody holds. */
    private static java.util.logging.@Nullable Logger webServer;

    private Logging() {}

    /** Where java.util.logging was begun with before, the web server would announce itself on its own. */
    private static synchronized void quieten() {
        boolean bridged = LogManager.getLogManager().getClass().getName().startsWith("org.apache.logging.log4j");
        if (!bridged && webServer == null) {
            webServer = java.util.logging.Logger.getLogger("io.helidon");
            webServer.setLevel(java.util.logging.Level.WARNING);
        }
    }

    /**
     * A controller that lives as long as a command prints warnings only, for which Log4j's own simple logger does, and loads in a
     * tenth of the time. Without effect where logging is set up already.
     */
    private static void configureSimply() {
        System.setProperty("log4j2.loggerContextFactory", "org.apache.logging.log4j.simple.SimpleLoggerContextFactory");
        System.setProperty("org.apache.logging.log4j.simplelog.level", "WARN");
        System.setProperty("org.apache.logging.log4j.simplelog.showShortLogname", "false");
    }

    /** Sets up logging as the configuration says. What others have set up before is replaced. */
    public static void configure(DaemonConfig config) {
        if (!config.service() && !config.verbose() && !config.jsonLogs()) {
            quieten();
            configureSimply();
            return;
        }
        System.setProperty("java.util.logging.manager", "org.apache.logging.log4j.jul.LogManager");
        quieten();
        Level level = config.verbose() ? Level.DEBUG : config.service() ? Level.INFO : Level.WARN;
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setStatusLevel(Level.ERROR).setConfigurationName("phoenix");
        AppenderComponentBuilder console = builder.newAppender("console", "Console")
                .addAttribute("target", ConsoleAppender.Target.SYSTEM_ERR)
                .add(
                        config.jsonLogs()
                                ? builder.newLayout("JsonTemplateLayout").addAttribute("eventTemplate", JSON)
                                : builder.newLayout("PatternLayout").addAttribute("pattern", TEXT));
        builder.add(console);
        builder.add(builder.newLogger("ai.thinkheads.phoenix", level));
        builder.add(builder.newRootLogger(Level.WARN).add(builder.newAppenderRef("console")));
        Configurator.reconfigure(builder.build());
    }
}
