package ai.thinkheads.phoenix.proof.security;

import static org.assertj.core.api.Assertions.assertThat;

import ai.thinkheads.phoenix.proof.Checkout;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose code Phoenix is made of, by what the POMs in the local Maven repository say; nothing is asked of a network. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DependenciesTest {

    private static final Pattern LICENCES = Pattern.compile("<licenses>(.*?)</licenses>", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("<license>.*?<name>\\s*(.*?)\\s*</name>", Pattern.DOTALL);
    private static final Pattern PARENT = Pattern.compile("<parent>(.*?)</parent>", Pattern.DOTALL);
    private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
    private static final int ANCESTORS = 8;
    /** From a jar of JUnit up to the repository. */
    private static final int LEVELS = 6;

    /** What the list says. Licences are in lower case. */
    private record Rules(Map<String, String> allowed, Map<String, String> banned, Set<String> peers) {}

    /** A jar in the layout of a Maven repository. */
    private record Artifact(Path repository, String group, String name, String version) {

        String key() {
            return group + ":" + name;
        }

        Path pom() {
            return pom(repository, group, name, version);
        }

        static Path pom(Path repository, String group, String name, String version) {
            return repository
                    .resolve(group.replace('.', '/'))
                    .resolve(name)
                    .resolve(version)
                    .resolve(name + "-" + version + ".pom");
        }
    }

    @Test
    @Tag("promise-9")
    void every_dependency_has_an_allowed_licence_and_none_is_banned() throws IOException {
        Rules rules = rules();
        List<Artifact> artifacts = artifacts();
        Map<String, String> objections = new TreeMap<>();
        for (Artifact each : artifacts) {
            rules.banned().forEach((what, why) -> {
                if (rules.peers().contains(each.key())) {
                    return;
                }
                if (each.key().equals(what)
                        || each.group().equals(what)
                        || each.group().startsWith(what + ".")) {
                    objections.put(each.key(), "is banned: " + why);
                }
            });
            List<String> names = licences(each.repository(), each.pom(), 0);
            boolean allowed = names.stream()
                    .flatMap(name -> List.of(name.split(" & | and/or ")).stream())
                    .anyMatch(name -> rules.allowed().containsKey(name.toLowerCase(Locale.ROOT)));
            if (!allowed) {
                objections.put(each.key(), "has the licence " + names + ", which .ci/dependencies.conf does not allow");
            }
        }

        assertThat(artifacts).as("jars of a Maven repository on the class path").hasSizeGreaterThan(30);
        assertThat(objections).isEmpty();
    }

    private static Rules rules() throws IOException {
        Map<String, String> allowed = new HashMap<>();
        Map<String, String> banned = new HashMap<>();
        Set<String> peers = new HashSet<>();
        for (String line : Files.readAllLines(Checkout.top().resolve(".ci/dependencies.conf"))) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf(" = ");
            String[] head = line.substring(0, equals).split(" ", 2);
            String rest = line.substring(equals + 3);
            if (head[0].equals("peer")) {
                peers.add(head[1]);
            } else if (head[0].equals("ban")) {
                banned.put(head[1], rest);
            } else {
                for (String name : rest.split("\\|")) {
                    allowed.put(name.strip().toLowerCase(Locale.ROOT), head[1]);
                }
            }
        }
        return new Rules(allowed, banned, peers);
    }

    /** The jars of this process that lie in a repository, which has a POM beside each. */
    private static List<Artifact> artifacts() {
        Path repository = repository();
        List<Artifact> artifacts = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry).toAbsolutePath();
            Path version = jar.getParent();
            Path name = version == null ? null : version.getParent();
            if (!entry.endsWith(".jar") || version == null || name == null || !jar.startsWith(repository)) {
                continue;
            }
            Path group = repository.relativize(name).getParent();
            String word = String.valueOf(group).replace('/', '.');
            Artifact artifact = new Artifact(
                    repository,
                    word,
                    name.getFileName().toString(),
                    version.getFileName().toString());
            if (!word.startsWith("ai.thinkheads") && Files.exists(artifact.pom())) {
                artifacts.add(artifact);
            }
        }
        return artifacts;
    }

    /** The local repository, wherever it is: JUnit lies in it as {@code org/junit/jupiter/junit-jupiter-api/VERSION/x.jar}. */
    private static Path repository() {
        String jar =
                Test.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        Path root = Path.of(jar).toAbsolutePath();
        for (int i = 0; i < LEVELS; i++) {
            root = Objects.requireNonNull(root.getParent(), jar);
        }
        return root;
    }

    private static List<String> licences(Path repository, Path pom, int depth) throws IOException {
        if (!Files.exists(pom) || depth > ANCESTORS) {
            return List.of();
        }
        String text = COMMENT.matcher(Files.readString(pom)).replaceAll("");
        Matcher block = LICENCES.matcher(text);
        if (block.find()) {
            return NAME.matcher(block.group(1))
                    .results()
                    .map(each -> each.group(1))
                    .toList();
        }
        Matcher parent = PARENT.matcher(text);
        if (!parent.find()) {
            return List.of();
        }
        String of = parent.group(1);
        return licences(
                repository,
                Artifact.pom(repository, field(of, "groupId"), field(of, "artifactId"), field(of, "version")),
                depth + 1);
    }

    private static String field(String xml, String name) {
        Matcher field =
                Pattern.compile("<" + name + ">\\s*(.*?)\\s*</" + name + ">").matcher(xml);
        return field.find() ? field.group(1) : "";
    }
}
