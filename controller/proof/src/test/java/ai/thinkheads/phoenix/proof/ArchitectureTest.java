package ai.thinkheads.phoenix.proof;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** Keeps the table of rooms in {@code docs/architecture.md} true. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ArchitectureTest {

    private static final String BASE = "ai.thinkheads.phoenix";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages(BASE);

    @Test
    void api_uses_nothing_of_phoenix() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".api..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms("engine", "hosts", "kinds", "daemon", "cli"))
                .check(CLASSES);
    }

    @Test
    void engine_uses_api_only() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms("hosts", "kinds", "daemon", "cli"))
                .check(CLASSES);
    }

    @Test
    void hosts_use_api_only() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".hosts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(rooms("engine", "kinds", "daemon", "cli"))
                .check(CLASSES);
    }

    @Test
    void kinds_use_engine_and_host_ports_and_never_a_driver() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".kinds..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        BASE + ".hosts.simulated..",
                        BASE + ".hosts.linux..",
                        BASE + ".hosts.proxmox..",
                        BASE + ".daemon..",
                        BASE + ".cli..")
                .check(CLASSES);
    }

    @Test
    void the_daemon_does_not_use_the_command_line() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".daemon..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(BASE + ".cli..")
                .check(CLASSES);
    }

    @Test
    void planners_touch_no_host_no_clock_and_no_file() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Planner")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(BASE + ".hosts.port.Host")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(BASE + ".hosts.port.GuestShell")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.nio.file..", "java.io..", BASE + ".engine.time..")
                .check(CLASSES);
    }

    @Test
    void nothing_but_the_ports_asks_for_the_time_waits_or_makes_threads() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + ".api..", BASE + ".engine..", BASE + ".hosts..", BASE + ".kinds..")
                .and()
                .haveNameNotMatching(".*\\.engine\\.time\\..*")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .check(CLASSES);
    }

    @Test
    void api_and_engine_do_not_know_guice() {
        noClasses()
                .that()
                .resideInAnyPackage(BASE + ".api..", BASE + ".engine..", BASE + ".hosts..", BASE + ".cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.inject..")
                .check(CLASSES);
    }

    /** Picocli reads annotations by reflection at every start of a command, which took longer than all else that it did. */
    @Test
    void the_command_line_is_declared_without_annotations() {
        noClasses()
                .that()
                .resideInAPackage(BASE + ".cli..")
                .should()
                .dependOnClassesThat(describe(
                        "are annotations of picocli",
                        each -> each.isAnnotation() && each.getPackageName().equals("picocli")))
                .check(CLASSES);
    }

    @Test
    void names_say_what_a_thing_is() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .check(CLASSES);
    }

    @Test
    void packages_have_no_cycles_within_a_room() {
        for (String room : List.of("engine", "kinds", "daemon", "hosts", "cli")) {
            slices().matching(BASE + "." + room + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(CLASSES);
        }
    }

    @Test
    void every_package_is_null_marked_and_says_what_it_holds() throws IOException {
        Path top = Checkout.top();
        try (Stream<Path> files = Files.walk(top)) {
            List<Path> bare = files.filter(path -> path.toString().contains("/src/main/java/"))
                    .filter(path -> path.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .filter(folder -> !isMarked(folder.resolve("package-info.java")))
                    .toList();

            assertThat(bare).isEmpty();
        }
    }

    @Test
    void no_class_is_too_long_to_be_read() throws IOException {
        try (Stream<Path> files = Files.walk(Checkout.top())) {
            List<String> tooLong = files.filter(path -> path.toString().contains("/src/main/java/"))
                    .filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> lines(path) > 600)
                    .map(path -> path.getFileName() + ": " + lines(path))
                    .toList();

            assertThat(tooLong).isEmpty();
        }
    }

    private static boolean isMarked(Path info) {
        try {
            return Files.exists(info)
                    && Files.readString(info).contains("@NullMarked")
                    && Files.readString(info).contains("/**");
        } catch (IOException e) {
            return false;
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    private static String[] rooms(String... names) {
        return Stream.of(names).map(name -> BASE + "." + name + "..").toArray(String[]::new);
    }
}
