package ai.thinkheads.phoenix.kinds.guest;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.type.Interval;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.secret.Vault;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.GuestShell.Command;
import ai.thinkheads.phoenix.hosts.port.GuestShell.Result;
import ai.thinkheads.phoenix.hosts.port.GuestShell.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the scripts of features: check, install when the check fails, check again. Scripts go in by standard input, values by the
 * environment; what a script says is repeated in messages with every secret value blacked out.
 */
public final class FeatureInstaller {

    private static final Duration CHECK = Duration.ofMinutes(1);
    private static final Duration INSTALL = Duration.ofMinutes(30);
    private static final int LINES = 5;
    private static final int LONGEST_LINE = 300;

    private final Vault vault;

    public FeatureInstaller(Vault vault) {
        this.vault = vault;
    }

    /**
     * Puts a feature in place.
     *
     * @throws ReconcileException when a script fails or a secret is missing
     */
    public void ensure(ResourceKey guest, FeatureWish feature, GuestShell shell, Target target) {
        Map<String, String> secrets = secrets(guest, feature);
        if (run(shell, target, feature, secrets, feature.spec().check(), CHECK, true)
                .ok()) {
            return;
        }
        Interval limit = feature.spec().timeout();
        Duration patience = limit == null ? INSTALL : limit.duration();
        Result install = run(shell, target, feature, secrets, feature.spec().install(), patience, false);
        if (!install.ok()) {
            throw failed(guest, feature, secrets, "install " + ending(install, patience), install);
        }
        Result check = run(shell, target, feature, secrets, feature.spec().check(), CHECK, true);
        if (!check.ok()) {
            throw failed(
                    guest, feature, secrets, "install went well but the check after it " + ending(check, CHECK), check);
        }
    }

    /** Takes a feature away, when it has a script for that. */
    public void remove(ResourceKey guest, FeatureWish feature, GuestShell shell, Target target) {
        String script = feature.spec().remove();
        if (script == null) {
            return;
        }
        Result result = run(shell, target, feature, Map.of(), script, INSTALL, false);
        if (!result.ok()) {
            throw failed(guest, feature, Map.of(), "remove " + ending(result, INSTALL), result);
        }
    }

    private static Result run(
            GuestShell shell,
            Target target,
            FeatureWish feature,
            Map<String, String> secrets,
            String script,
            Duration patience,
            boolean readOnly) {
        Map<String, String> environment = new TreeMap<>(feature.environment());
        environment.putAll(secrets);
        return shell.run(new Command(
                target,
                List.of("/bin/sh", "-s"),
                environment,
                script.getBytes(StandardCharsets.UTF_8),
                patience,
                readOnly,
                null));
    }

    private Map<String, String> secrets(ResourceKey guest, FeatureWish feature) {
        Map<String, String> values = new TreeMap<>();
        feature.secrets()
                .forEach((variable, ref) -> values.put(
                        variable,
                        SecretValues.find(vault, ref)
                                .orElseThrow(() -> new ReconcileException(
                                        "SecretMissing",
                                        guest + ": " + feature.field() + ".parameters: Secret/" + ref.name()
                                                + " has no key " + ref.key(),
                                        true,
                                        null))));
        return values;
    }

    private static String ending(Result result, Duration patience) {
        return result.exitCode() == -1
                ? "took longer than " + new Interval(patience)
                : "exited with " + result.exitCode();
    }

    private static ReconcileException failed(
            ResourceKey guest, FeatureWish feature, Map<String, String> secrets, String what, Result result) {
        String said = lastLines(blackedOut(result.output(), secrets));
        return new ReconcileException(
                "FeatureFailed",
                guest + ": " + feature.field() + ": feature " + feature.name() + " " + feature.version() + ": " + what
                        + (said.isEmpty() ? "" : ": " + said),
                true,
                null);
    }

    /** The text without any secret value, the longest first so that one within another leaves nothing. */
    static String blackedOut(String text, Map<String, String> secrets) {
        List<String> values = new ArrayList<>(secrets.values());
        values.removeIf(String::isBlank);
        values.sort(Comparator.comparingInt(String::length).reversed());
        String clean = text;
        for (String value : values) {
            clean = clean.replace(value, "***");
            for (String line : value.split("\\R")) {
                clean = line.strip().length() < 4 ? clean : clean.replace(line.strip(), "***");
            }
        }
        return clean;
    }

    private static String lastLines(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        return String.join(
                " | ",
                lines.subList(Math.max(0, lines.size() - LINES), lines.size()).stream()
                        .map(line -> line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…")
                        .toList());
    }
}
