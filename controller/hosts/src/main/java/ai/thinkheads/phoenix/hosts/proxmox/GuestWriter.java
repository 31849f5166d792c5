package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.port.GuestConfig;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes into a guest's configuration, each part by the way that may write it: the API what a token may set, {@code pct} and
 * {@code qm} on the host what only root@pam may, and the file itself raw lines. Every way takes a digest; a change that needs two
 * ways reads the digest again in between, so that a person's edit at any moment is a conflict and never lost.
 */
final class GuestWriter<C extends GuestConfig> {

    /** Written under Proxmox's own lock of the guest, and only while the file is the one that was read. */
    private static final String REPLACE = "test \"$(sha1sum < \"$1\" | cut -c1-40)\" = \"$2\" || exit 75; cat > \"$1\"";

    private static final int CHANGED = 75;

    private final Ground ground;
    private final GuestMapping<C, ?> mapping;
    private final GuestReader<C> reader;

    GuestWriter(Ground ground, GuestMapping<C, ?> mapping, GuestReader<C> reader) {
        this.ground = ground;
        this.mapping = mapping;
        this.reader = reader;
    }

    /** A change, by the ways that its parts take. */
    record Ways(Change api, Change root, @Nullable List<GuestFile.Line> raw) {}

    /**
     * Says who has to write what.
     *
     * @throws HostException when a part has to be written on the host and there is no shell
     */
    Ways ways(Change change, Map<String, String> before) {
        if (change.lxc() != null) {
            ground.shell().require("writing lines of LXC (spec.rawConfig, spec.idMaps, spec.apparmor)");
        }
        Map<String, String> all = new LinkedHashMap<>(before);
        all.putAll(change.set());
        Map<String, String> set = new LinkedHashMap<>();
        Map<String, String> rootSet = new LinkedHashMap<>();
        Set<String> delete = new LinkedHashSet<>();
        Set<String> rootDelete = new LinkedHashSet<>();
        change.set().forEach((key, value) -> {
            String old = before.getOrDefault(key, "");
            String why = mapping.rootOnly(key, value, all);
            why = why == null && !old.isEmpty() ? mapping.rootOnly(key, old, all) : why;
            (needsRoot(key, why) ? rootSet : set).put(key, value);
        });
        change.delete().forEach(key -> {
            String why = mapping.rootOnly(key, before.getOrDefault(key, ""), all);
            (needsRoot(key, why) ? rootDelete : delete).add(key);
        });
        return new Ways(new Change(set, delete, null), new Change(rootSet, rootDelete, null), change.lxc());
    }

    private boolean needsRoot(String option, @Nullable String why) {
        if (why == null || ground.api().login().isRoot()) {
            return false;
        }
        if (!ground.shell().isThere()) {
            throw Refusals.rootOnly(ground.api().login().who(), option + " (" + why + ")");
        }
        return true;
    }

    /** Writes a change to a guest that was read as {@code file}. */
    void write(int vmid, GuestFile file, Change change, @Nullable String digest) {
        Ways ways = ways(change, file.next());
        String known = digest == null ? file.digest() : digest;
        boolean first = true;
        reader.forget(vmid);
        if (!ways.api().isEmpty()) {
            Params params = Params.of(ways.api().set());
            if (!ways.api().delete().isEmpty()) {
                params.with("delete", String.join(",", ways.api().delete()));
            }
            ground.tasks().await(ground.api().put(reader.path(vmid, "config"), params.maybe("digest", blank(known))));
            first = false;
        }
        if (!ways.root().isEmpty()) {
            root(vmid, ways.root(), first ? known : current(vmid));
            first = false;
        }
        List<GuestFile.Line> raw = ways.raw();
        if (raw != null) {
            raw(vmid, raw, first ? known : current(vmid));
        }
    }

    private static @Nullable String blank(String digest) {
        return digest.isEmpty() ? null : digest;
    }

    private String current(int vmid) {
        return reader.file(vmid).map(GuestFile::digest).orElse("");
    }

    /** By the host's own program, which is root. Only options without secrets go this way. */
    private void root(int vmid, Change change, String digest) {
        List<String> argv = new ArrayList<>(List.of(mapping.program(), "set", String.valueOf(vmid)));
        change.set().forEach((key, value) -> argv.addAll(List.of("--" + key, value)));
        if (!change.delete().isEmpty()) {
            argv.addAll(List.of("--delete", String.join(",", change.delete())));
        }
        if (!digest.isEmpty()) {
            argv.addAll(List.of("--digest", digest));
        }
        ground.shell().output("changing " + mapping.word() + " " + vmid, argv);
    }

    private void raw(int vmid, List<GuestFile.Line> lines, String digest) {
        String what = "writing lines of LXC of " + mapping.word() + " " + vmid;
        String path = mapping.folder() + "/" + vmid + ".conf";
        String text = reader.byShell(vmid)
                .orElseThrow(() -> new HostException(HostException.Cause.NOT_FOUND, path + " does not exist"));
        String now = GuestFile.digest(text);
        if (!digest.isEmpty() && !digest.equals(now)) {
            throw conflict(vmid);
        }
        List<String> argv = List.of(
                "flock",
                "--timeout",
                "10",
                "/run/lock/lxc/pve-config-" + vmid + ".lock",
                "/bin/sh",
                "-c",
                REPLACE,
                "phoenix",
                path,
                now);
        Outcome outcome = ground.shell()
                .run(
                        what,
                        Invocation.of(argv).with(GuestFile.withRaw(text, lines).getBytes(StandardCharsets.UTF_8)));
        if (outcome.exitCode() == CHANGED) {
            throw conflict(vmid);
        }
        if (!outcome.ok()) {
            throw HostShell.failed(what, argv, outcome);
        }
    }

    private HostException conflict(int vmid) {
        return new HostException(
                HostException.Cause.CONFLICT,
                "the configuration of " + mapping.word() + " " + vmid + " was changed by somebody since it was read");
    }
}
