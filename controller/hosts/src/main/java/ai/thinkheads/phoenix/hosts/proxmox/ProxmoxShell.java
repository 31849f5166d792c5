package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.command.Commands.Invocation;
import ai.thinkheads.phoenix.hosts.command.Commands.Outcome;
import ai.thinkheads.phoenix.hosts.port.GuestKind;
import ai.thinkheads.phoenix.hosts.port.GuestShell;
import ai.thinkheads.phoenix.hosts.port.Guests;
import ai.thinkheads.phoenix.hosts.port.HostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Commands on the host and in containers run over the host's shell ({@code pct exec}); those in virtual machines by the API and the
 * guest's agent. Environments travel in the environment of {@code pct} and, to an agent, ahead of the standard input.
 */
final class ProxmoxShell implements GuestShell {

    private static final int OUTPUT = 64 << 10;

    /** What one call may bring to an agent. */
    private static final int INPUT = 60_000;

    private static final Duration FIRST = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofSeconds(1);

    /** Reads so many bytes of assignments from the standard input, then becomes the command. */
    private static final String PREAMBLE = "eval \"$(dd bs=1 count=\"$1\" 2>/dev/null)\"; shift; exec \"$@\"";

    private final Ground ground;
    private final BiFunction<GuestKind, Integer, Optional<? extends Guests.Observed<?>>> guests;

    ProxmoxShell(Ground ground, BiFunction<GuestKind, Integer, Optional<? extends Guests.Observed<?>>> guests) {
        this.ground = ground;
        this.guests = guests;
    }

    @Override
    public Result run(Command command) {
        return command.readOnly()
                ? ground.tally().read(() -> perform(command))
                : ground.tally().change(() -> perform(command));
    }

    private Result perform(Command command) {
        GuestKind kind = command.target().kind();
        Integer vmid = command.target().vmid();
        if (kind == GuestKind.VIRTUAL_MACHINE && vmid != null) {
            return agent(vmid, command);
        }
        List<String> argv = new ArrayList<>();
        if (vmid != null) {
            argv.addAll(List.of("pct", "exec", String.valueOf(vmid)));
            if (!command.environment().isEmpty()) {
                argv.addAll(List.of("--keep-env", "1"));
            }
            argv.add("--");
        }
        argv.addAll(command.argv());
        String what = vmid == null ? "running a command on the host" : "running a command in CT " + vmid;
        Outcome outcome = ground.shell()
                .run(
                        what,
                        new Invocation(
                                argv, command.environment(), command.stdin(), command.timeout(), command.output()));
        if (vmid != null && outcome.exitCode() != 0 && outcome.stderr().contains("not running")) {
            throw new HostException(
                    HostException.Cause.REFUSED, "CT " + vmid + " is not running; start it to run commands in it");
        }
        return new Result(outcome.exitCode(), tail(outcome.stdout() + outcome.stderr()));
    }

    private static String tail(String text) {
        return text.length() <= OUTPUT ? text : text.substring(text.length() - OUTPUT);
    }

    private Result agent(int vmid, Command command) {
        List<String> argv = new ArrayList<>(command.argv());
        byte[] input = command.stdin();
        if (!command.environment().isEmpty()) {
            byte[] preamble = assignments(command.environment());
            argv.addAll(0, List.of("/bin/sh", "-c", PREAMBLE, "phoenix", String.valueOf(preamble.length)));
            byte[] both = java.util.Arrays.copyOf(preamble, preamble.length + input.length);
            System.arraycopy(input, 0, both, preamble.length, input.length);
            input = both;
        }
        if (input.length > INPUT) {
            throw new HostException(
                    HostException.Cause.UNSUPPORTED,
                    "the agent of VM " + vmid + " takes " + INPUT + " bytes of input at once and this command has "
                            + input.length);
        }
        Params params = Params.none();
        argv.forEach(word -> params.with("command", word));
        if (input.length > 0) {
            params.with("input-data", new String(input, StandardCharsets.UTF_8));
        }
        String path = ground.path("qemu", String.valueOf(vmid), "agent");
        long pid = Json.number(ground.api().post(path + "/exec", params), "pid", 0);
        return await(path, pid, command);
    }

    private static byte[] assignments(Map<String, String> environment) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(environment)
                .forEach((name, value) -> text.append("export ")
                        .append(name)
                        .append("='")
                        .append(value.replace("'", "'\\''"))
                        .append("'\n"));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Result await(String path, long pid, Command command) {
        Duration begun = ground.clock().elapsed();
        Duration pause = FIRST;
        while (true) {
            JsonNode status =
                    ground.api().get(path + "/exec-status", Params.none().with("pid", pid));
            if (Json.flag(status, "exited")) {
                String out = Json.text(status, "out-data", "") + Json.text(status, "err-data", "");
                if (command.output() != null && !out.isEmpty()) {
                    command.output().accept(out);
                }
                boolean killed = Json.has(status, "signal");
                return new Result(killed ? 128 + (int) Json.number(status, "signal", 0) : exit(status), tail(out));
            }
            if (ground.clock().elapsed().minus(begun).compareTo(command.timeout()) > 0) {
                return new Result(-1, "");
            }
            ground.clock().sleep(pause);
            if (Thread.currentThread().isInterrupted()) {
                throw new HostException(HostException.Cause.UNREACHABLE, "interrupted while a command ran in a guest");
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : pause.multipliedBy(2);
        }
    }

    private static int exit(JsonNode status) {
        return (int) Json.number(status, "exitcode", 0);
    }

    @Override
    public Result probe(Target target, int port, @Nullable String httpPath, boolean tls, Duration timeout) {
        return ground.tally().read(() -> {
            String address = address(target);
            if (address == null) {
                return new Result(7, "the guest has no address yet");
            }
            String host = address.contains(":") ? "[" + address + "]" : address;
            String seconds = String.valueOf(Math.max(1, timeout.toSeconds()));
            List<String> argv = httpPath == null
                    ? List.of(
                            "timeout",
                            seconds,
                            "bash",
                            "-c",
                            "exec 3<>\"/dev/tcp/$1/$2\"",
                            "phoenix",
                            address,
                            String.valueOf(port))
                    : List.of(
                            "curl",
                            "--silent",
                            "--show-error",
                            "--fail",
                            "--insecure",
                            "--output",
                            "/dev/null",
                            "--max-time",
                            seconds,
                            (tls ? "https://" : "http://") + host + ":" + port + httpPath);
            Outcome outcome = ground.shell()
                    .run(
                            "probing a guest (spec.healthChecks)",
                            Invocation.of(argv).within(timeout.plusSeconds(5)));
            return new Result(outcome.exitCode(), tail(outcome.stdout() + outcome.stderr()));
        });
    }

    private @Nullable String address(Target target) {
        GuestKind kind = target.kind();
        Integer vmid = target.vmid();
        if (kind == null || vmid == null) {
            return "127.0.0.1";
        }
        return guests.apply(kind, vmid)
                .map(Guests.Observed::addresses)
                .flatMap(all -> all.stream().findFirst())
                .orElse(null);
    }
}
