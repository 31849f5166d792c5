package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shells, programs that run programs, and questions about the machine. */
final class SystemCommands {

    private SystemCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("sh", SystemCommands::shell);
        all.put("bash", SystemCommands::shell);
        all.put("dash", SystemCommands::shell);
        all.put("sudo", SystemCommands::prefix);
        all.put("nohup", SystemCommands::prefix);
        all.put("env", SystemCommands::environment);
        all.put("printenv", SystemCommands::printEnvironment);
        all.put("timeout", SystemCommands::prefix);
        all.put("nice", SystemCommands::prefix);
        all.put("flock", SystemCommands::lock);
        all.put("su", SystemCommands::su);
        all.put("runuser", SystemCommands::su);
        all.put("sleep", SystemCommands::sleep);
        all.put("date", SystemCommands::date);
        all.put("uname", SystemCommands::uname);
        all.put("arch", call -> print(call, "x86_64"));
        all.put(
                "nproc",
                call -> print(call, String.valueOf(call.world().surroundings().cpus())));
        all.put("free", SystemCommands::free);
        all.put(
                "df",
                call -> print(
                        call,
                        "Filesystem 1K-blocks Used Available Use% Mounted on\nrootfs 8388608 1048576 7340032 13% /"));
        all.put("lspci", SystemCommands::lspci);
        all.put("nvidia-smi", SystemCommands::nvidia);
        all.put("timedatectl", SystemCommands::timezone);
        all.put("openssl", SystemCommands::openssl);
        all.put("yes", call -> print(call, "y"));
        all.put("getconf", call -> print(call, "4096"));
        all.put("update-ca-certificates", call -> print(call, "Updating certificates in /etc/ssl/certs..."));
        all.put("locale-gen", call -> print(call, "Generation complete."));
    }

    private static int print(Call call, String text) {
        call.println(text);
        return 0;
    }

    /** Nobody else works in the system while a command runs in it: the lock is always free. */
    private static int lock(Call call) {
        List<String> args = call.args();
        int at = 0;
        while (at < args.size() && args.get(at).startsWith("-")) {
            at += args.get(at).matches("-w|-E|--timeout|--wait|--conflict-exit-code") ? 2 : 1;
        }
        if (at >= args.size()) {
            return call.fail(64, "requires a file descriptor, a file or a directory");
        }
        List<String> rest = args.subList(at + 1, args.size());
        if (rest.isEmpty()) {
            return 0;
        }
        List<String> command =
                rest.getFirst().equals("-c") ? List.of("sh", "-c", rest.size() > 1 ? rest.get(1) : "") : rest;
        return call.interpreter().command(command, Map.of(), call.interpreter().streams(call));
    }

    private static int shell(Call call) {
        Interpreter child = call.interpreter().child(false);
        List<String> args = call.args();
        int at = 0;
        boolean inline = false;
        while (at < args.size() && args.get(at).matches("[-+][a-zA-Z]+|--\\w+")) {
            String flags = args.get(at++);
            if (flags.startsWith("--")) {
                continue;
            }
            for (char flag : flags.substring(1).toCharArray()) {
                if (flag == 'c') {
                    inline = true;
                } else if (flag == 'o' && at < args.size()) {
                    child.pipeFail(args.get(at++).equals("pipefail"));
                } else {
                    child.option(flag, true);
                }
            }
        }
        List<String> rest = args.subList(at, args.size());
        if (inline) {
            if (rest.isEmpty()) {
                return call.fail(2, "-c requires an argument");
            }
            child.arguments(
                    rest.size() > 1 ? rest.get(1) : call.name(),
                    rest.size() > 2 ? rest.subList(2, rest.size()) : List.of());
            return child.script(rest.getFirst(), call.interpreter().streams(call));
        }
        boolean fromInput = rest.isEmpty() || rest.getFirst().equals("-") || args.contains("-s");
        if (fromInput) {
            child.arguments(
                    call.name(),
                    rest.isEmpty() ? List.of() : rest.getFirst().equals("-") ? rest.subList(1, rest.size()) : rest);
            return child.script(call.in().rest(), call.interpreter().streams(call));
        }
        String path = call.path(rest.getFirst());
        if (!call.files().isFile(path)) {
            return call.fail(127, "0: cannot open " + rest.getFirst() + ": No such file");
        }
        String driver = runfile(rest.getFirst());
        if (driver != null) {
            return install(call, driver);
        }
        child.arguments(rest.getFirst(), rest.subList(1, rest.size()));
        return child.script(call.files().read(path), call.interpreter().streams(call));
    }

    /** The version in the name of NVIDIA's installer; null for any other file. */
    private static @Nullable String runfile(String path) {
        var name = java.util.regex.Pattern.compile("NVIDIA-Linux-x86_64-([0-9.]+[0-9])(-.*)?\\.run")
                .matcher(Paths.name(path));
        return name.matches() ? name.group(1) : null;
    }

    private static int install(Call call, String version) {
        call.world().surroundings().work().accept("apt-get");
        call.world().packages().put("nvidia-utils-" + version.replaceFirst("\\..*", ""), version);
        call.println("Installation of the NVIDIA Accelerated Graphics Driver for Linux-x86_64 (version: " + version
                + ") is now complete.");
        return 0;
    }

    private static int prefix(Call call) {
        List<String> rest = new ArrayList<>(call.args());
        while (!rest.isEmpty() && rest.getFirst().startsWith("-")) {
            String flag = rest.removeFirst();
            if (flag.matches("-[ugnks]") && !rest.isEmpty()) {
                rest.removeFirst();
            }
        }
        if (call.name().equals("timeout") && !rest.isEmpty()) {
            rest.removeFirst();
        }
        return assigned(call, rest);
    }

    private static int assigned(Call call, List<String> rest) {
        Map<String, String> more = new java.util.HashMap<>();
        while (!rest.isEmpty() && rest.getFirst().matches("[A-Za-z_][A-Za-z0-9_]*=.*")) {
            String[] parts = rest.removeFirst().split("=", 2);
            more.put(parts[0], parts[1]);
        }
        return rest.isEmpty()
                ? 0
                : call.interpreter().command(rest, more, call.interpreter().streams(call));
    }

    private static int environment(Call call) {
        List<String> rest = new ArrayList<>(call.args());
        rest.removeIf(arg -> arg.equals("-i"));
        if (rest.isEmpty()) {
            call.interpreter().exported().stream().sorted().forEach(name -> {
                String value = call.variables().get(name);
                if (value != null) {
                    call.println(name + "=" + value);
                }
            });
            return 0;
        }
        return assigned(call, rest);
    }

    private static int printEnvironment(Call call) {
        if (call.args().isEmpty()) {
            return environment(call);
        }
        String value = call.variables().get(call.args().getFirst());
        return value == null ? 1 : print(call, value);
    }

    private static int su(Call call) {
        String command = call.option("", "-c", "--command");
        if (!command.isEmpty()) {
            Interpreter child = call.interpreter().child(false);
            return child.script(command, call.interpreter().streams(call));
        }
        List<String> args = call.args();
        int at = args.indexOf("--");
        List<String> rest =
                at >= 0 ? args.subList(at + 1, args.size()) : FileCommands.operandsWithout(call, "-u", "-s");
        return rest.isEmpty()
                ? 0
                : call.interpreter().command(rest, Map.of(), call.interpreter().streams(call));
    }

    private static int sleep(Call call) {
        for (String each : call.args()) {
            if (!each.matches("\\d{1,6}(\\.\\d{1,6})?[smhd]?")) {
                return call.fail(1, "invalid time interval '" + each + "'");
            }
            char unit = each.charAt(each.length() - 1);
            double number = Double.parseDouble(Character.isDigit(unit) ? each : each.substring(0, each.length() - 1));
            long seconds = switch (unit) {
                case 'm' -> 60;
                case 'h' -> 3600;
                case 'd' -> 86400;
                default -> 1;
            };
            call.world().surroundings().sleep().accept(Duration.ofMillis(Math.round(number * seconds * 1000)));
        }
        return 0;
    }

    private static int date(Call call) {
        Instant now = call.world().surroundings().now();
        String format = call.args().stream()
                .filter(arg -> arg.startsWith("+"))
                .findFirst()
                .orElse("+%a %b %e %H:%M:%S UTC %Y");
        var time = now.atOffset(ZoneOffset.UTC);
        String text = format.substring(1);
        String[][] fields = {
            {"%s", String.valueOf(now.getEpochSecond())},
            {"%F", "uuuu-MM-dd"},
            {"%T", "HH:mm:ss"},
            {"%Y", "uuuu"},
            {"%m", "MM"},
            {"%d", "dd"},
            {"%H", "HH"},
            {"%M", "mm"},
            {"%S", "ss"},
            {"%a", "EEE"},
            {"%b", "MMM"},
            {"%e", "d"},
            {"%Z", "'UTC'"}
        };
        for (String[] field : fields) {
            String value = field[0].equals("%s")
                    ? field[1]
                    : DateTimeFormatter.ofPattern(field[1], Locale.ROOT).format(time);
            text = text.replace(field[0], value);
        }
        return print(call, text);
    }

    private static int uname(Call call) {
        Surroundings around = call.world().surroundings();
        if (call.has('a', "all")) {
            return print(call, "Linux " + around.hostname() + " " + around.kernel() + " x86_64 GNU/Linux");
        }
        return print(
                call,
                call.has('r', "kernel-release")
                        ? around.kernel()
                        : call.has('m', "machine")
                                ? "x86_64"
                                : call.has('n', "nodename") ? around.hostname() : "Linux");
    }

    private static int free(Call call) {
        long total =
                call.world().surroundings().memory() >> (call.has('m', "mebi") ? 20 : call.has('g', "gibi") ? 30 : 10);
        return print(
                call,
                "               total        used        free\nMem:  " + total + "  " + total / 8 + "  "
                        + (total - total / 8));
    }

    private static int lspci(Call call) {
        call.world()
                .surroundings()
                .cards()
                .forEach(card -> call.println(
                        card.pci().substring(5) + " VGA compatible controller: NVIDIA Corporation " + card.model()));
        return 0;
    }

    private static int nvidia(Call call) {
        Surroundings around = call.world().surroundings();
        List<Surroundings.Card> cards = around.host() ? around.cards() : around.visibleCards();
        String driver = around.driver();
        if (driver == null || cards.isEmpty()) {
            call.println("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. "
                    + "Make sure that the latest NVIDIA driver is installed and running.");
            return 9;
        }
        String own = around.host() ? driver : userSpace(call.world(), driver);
        if (!own.equals(driver)) {
            call.println("Failed to initialize NVML: Driver/library version mismatch\nNVML library version: " + own);
            return 18;
        }
        String query = call.option("", "--query-gpu");
        if (call.has('L', "list-gpus")) {
            for (int i = 0; i < cards.size(); i++) {
                call.println("GPU " + i + ": " + cards.get(i).model() + " (UUID: "
                        + cards.get(i).uuid() + ")");
            }
            return 0;
        }
        String format = call.option("csv", "--format");
        if (query.isEmpty()) {
            return print(
                    call,
                    "NVIDIA-SMI " + own + "  Driver Version: " + driver + "  CUDA Version: 13.0\n" + cards.size()
                            + " GPUs");
        }
        if (!format.contains("noheader")) {
            call.println(query.replace(",", ", "));
        }
        for (int i = 0; i < cards.size(); i++) {
            Surroundings.Card card = cards.get(i);
            List<String> values = new ArrayList<>();
            for (String field : query.split(",")) {
                values.add(
                        switch (field.strip()) {
                            case "index" -> String.valueOf(i);
                            case "name" -> card.model();
                            case "uuid", "gpu_uuid" -> card.uuid();
                            case "pci.bus_id", "gpu_bus_id" ->
                                "0000" + card.pci().toUpperCase(Locale.ROOT);
                            case "driver_version" -> driver;
                            case "memory.total" -> (card.memory() >> 20) + (format.contains("nounits") ? "" : " MiB");
                            case "count" -> String.valueOf(cards.size());
                            case "persistence_mode" -> "Enabled";
                            default -> "[N/A]";
                        });
            }
            call.println(String.join(", ", values));
        }
        return 0;
    }

    /** The version of the libraries in the guest; a package without a version of its own follows the host's. */
    private static String userSpace(World world, String driver) {
        return world.packages().entrySet().stream()
                .filter(each -> each.getKey().startsWith("nvidia-utils-"))
                .map(Map.Entry::getValue)
                .map(version -> version.replaceFirst("-.*", ""))
                .map(version -> version.contains(".") || !driver.startsWith(version + ".") ? version : driver)
                .findFirst()
                .orElse(driver);
    }

    private static int timezone(Call call) {
        List<String> operands = call.operands();
        if (operands.size() > 1 && operands.getFirst().equals("set-timezone")) {
            call.files().write("/etc/timezone", operands.get(1) + "\n", 022);
        }
        return 0;
    }

    private static int openssl(Call call) {
        List<String> args = call.args();
        if (!args.isEmpty() && args.getFirst().equals("rand")) {
            int count = args.getLast().matches("\\d{1,4}") ? Integer.parseInt(args.getLast()) : 16;
            String seed = Integer.toHexString(call.world().inside().hashCode());
            return print(call, seed.repeat(count).substring(0, call.args().contains("-hex") ? count * 2 : count));
        }
        String output = call.option("", "-out", "-keyout");
        for (String option : List.of("-out", "-keyout")) {
            String path = call.option("", option);
            if (!path.isEmpty()) {
                call.files()
                        .write(
                                call.path(path),
                                "-----BEGIN " + option.substring(1) + "-----\n",
                                call.interpreter().umask());
            }
        }
        return output.isEmpty() ? print(call, "ok") : 0;
    }
}
