package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs that reach out. What lies outside of the model answers with made-up content; what lies in it answers if it listens. */
final class NetworkCommands {

    private static final Pattern URL =
            Pattern.compile("(https?)://(?:[^/@]*@)?(\\[[^]]*]|[^/:?]+)(?::(\\d+))?([^?#]*).*");

    private NetworkCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("curl", NetworkCommands::curl);
        all.put("wget", NetworkCommands::wget);
        all.put("nc", NetworkCommands::connect);
        all.put("ping", call -> call.operands().getLast().endsWith(".invalid") ? 2 : 0);
        all.put("ip", NetworkCommands::ip);
        all.put("ss", NetworkCommands::sockets);
        all.put("git", NetworkCommands::git);
        all.put("hostname", NetworkCommands::hostname);
        all.put("hostnamectl", NetworkCommands::hostname);
        all.put("pg_isready", call -> call.world().listens(5432) ? 0 : 2);
    }

    private static int curl(Call call) {
        List<String> operands = FileCommands.operandsWithout(
                call,
                "-o",
                "--output",
                "-H",
                "--header",
                "-X",
                "--request",
                "-d",
                "--data",
                "-u",
                "--user",
                "-m",
                "--max-time",
                "--retry",
                "--retry-delay",
                "--connect-timeout",
                "-w",
                "--write-out",
                "-A",
                "--cacert",
                "--cert",
                "--key",
                "-T",
                "--unix-socket",
                "--data-binary",
                "-b",
                "-c",
                "--resolve");
        String output = call.option("", "-o", "--output");
        for (String arg : call.args()) {
            if (output.isEmpty() && arg.matches("-[a-zA-Z]+o")) {
                output = call.args()
                        .get(Math.min(call.args().indexOf(arg) + 1, call.args().size() - 1));
                operands.remove(output);
            }
        }
        if (operands.isEmpty()) {
            return call.fail(2, "no URL specified");
        }
        String url = operands.getFirst();
        if (output.isEmpty() && (call.has('O', "remote-name"))) {
            output = Paths.name(url.replaceFirst("[?#].*", ""));
        }
        String format = call.option("", "-w", "--write-out");
        int code = fetch(call, url, output, 7);
        if (!format.isEmpty()) {
            call.print(TextCommands.escapes(format).replace("%{http_code}", code == 0 ? "200" : "000"));
        }
        return code;
    }

    private static int wget(Call call) {
        List<String> operands = FileCommands.operandsWithout(
                call,
                "-O",
                "--output-document",
                "-P",
                "--directory-prefix",
                "-T",
                "--timeout",
                "-t",
                "--tries",
                "--header",
                "-o");
        String output = call.option("", "-O", "--output-document");
        for (String arg : call.args()) {
            if (output.isEmpty() && arg.matches("-[a-zA-Z]*O.*")) {
                String rest = arg.replaceFirst("-[a-zA-Z]*O", "");
                output = rest.isEmpty()
                        ? call.args()
                                .get(Math.min(
                                        call.args().indexOf(arg) + 1,
                                        call.args().size() - 1))
                        : rest;
                operands.remove(output);
            }
        }
        if (operands.isEmpty()) {
            return call.fail(1, "missing URL");
        }
        String url = operands.getFirst();
        String directory = call.option(".", "-P", "--directory-prefix");
        String name = Paths.name(url.replaceFirst("[?#].*", ""));
        String to = output.isEmpty() ? directory + "/" + (name.isEmpty() ? "index.html" : name) : output;
        return call.args().contains("--spider")
                ? fetch(call, url, "/dev/null", 4)
                : fetch(call, url, to.equals("-") ? "" : to, 4);
    }

    private static int fetch(Call call, String given, String output, int refused) {
        String url = given.contains("://") ? given : "http://" + given;
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            return call.fail(3, "(3) URL rejected: " + given);
        }
        String host = parts.group(2);
        int port = parts.group(3) != null
                ? Integer.parseInt(parts.group(3))
                : parts.group(1).equals("https") ? 443 : 80;
        if (host.endsWith(".invalid")) {
            return call.fail(6, "(6) Could not resolve host: " + host);
        }
        String content;
        boolean local = isLocal(call, host);
        if (local || host.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) {
            boolean answers = local
                    ? call.world().listens(port)
                    : call.world().surroundings().reach().answers(host, port);
            if (!answers) {
                return call.fail(
                        refused,
                        "(" + refused + ") Failed to connect to " + host + " port " + port + ": Connection refused");
            }
            content = "ok\n";
        } else {
            call.world().surroundings().work().accept("download");
            content = content(url, host, parts.group(4));
        }
        if (output.isEmpty() || output.equals("-")) {
            call.print(content);
        } else {
            call.files().write(call.path(output), content, call.interpreter().umask());
        }
        return 0;
    }

    private static boolean isLocal(Call call, String host) {
        return host.equals("localhost")
                || host.equals("127.0.0.1")
                || host.equals("0.0.0.0")
                || host.equals("[::1]")
                || host.equals(call.world().surroundings().hostname())
                || call.world().surroundings().addresses().contains(host);
    }

    /** An installation script installs the product of its site; everything else is a note of where it is from. */
    private static String content(String url, String host, String path) {
        if (host.equals("get.docker.com")) {
            return "#!/bin/sh\napt-get install -y docker-ce\n";
        }
        if (path.endsWith(".sh") || host.startsWith("get.") || host.startsWith("install.")) {
            String[] labels = host.split("\\.");
            String product = labels.length < 2 ? host : labels[labels.length - 2];
            return "#!/bin/sh\n# from " + url + "\napt-get install -y " + product.toLowerCase(java.util.Locale.ROOT)
                    + "\n";
        }
        return "content of " + url + "\n";
    }

    private static int connect(Call call) {
        List<String> operands = FileCommands.operandsWithout(call, "-w");
        if (operands.size() < 2 || !operands.get(1).matches("\\d{1,5}")) {
            return call.fail(1, "missing port number");
        }
        int port = Integer.parseInt(operands.get(1));
        boolean answers = isLocal(call, operands.getFirst())
                ? call.world().listens(port)
                : call.world().surroundings().reach().answers(operands.getFirst(), port);
        return answers ? 0 : 1;
    }

    private static int ip(Call call) {
        call.println("1: lo: <LOOPBACK,UP>\n    inet 127.0.0.1/8 scope host lo");
        int number = 2;
        for (String address : call.world().surroundings().addresses()) {
            call.println(number + ": eth" + (number - 2) + ": <BROADCAST,UP>\n    inet " + address
                    + "/24 scope global eth" + (number - 2));
            number++;
        }
        return 0;
    }

    private static int sockets(Call call) {
        call.println("State  Recv-Q Send-Q Local Address:Port Peer Address:Port");
        Ports.listening(call.world().inside())
                .forEach(port -> call.println("LISTEN 0      4096   0.0.0.0:" + port + "      0.0.0.0:*"));
        return 0;
    }

    private static int git(Call call) {
        List<String> operands = FileCommands.operandsWithout(call, "-b", "--branch", "--depth", "-C", "-c");
        if (operands.isEmpty() || !operands.getFirst().equals("clone") || operands.size() < 2) {
            if (call.args().contains("--version")) {
                call.println("git version 2.47.3");
            }
            return 0;
        }
        String url = operands.get(1);
        String target = call.path(
                operands.size() > 2 ? operands.get(2) : Paths.name(url).replaceFirst("\\.git$", ""));
        if (call.files().isDirectory(target) && !call.files().list(target).isEmpty()) {
            return call.fail(
                    128, "fatal: destination path '" + target + "' already exists and is not an empty directory.");
        }
        call.world().surroundings().work().accept("download");
        call.files().makeDirectories(target + "/.git", 0755);
        call.files().put(target + "/.git/HEAD", Inside.Node.file("ref: refs/heads/main\n", 0644));
        call.files().put(target + "/README.md", Inside.Node.file("from " + url + "\n", 0644));
        return 0;
    }

    private static int hostname(Call call) {
        if (call.has('I', "all-ip-addresses")) {
            call.println(String.join(" ", call.world().surroundings().addresses()));
        } else if (call.operands().isEmpty() || call.operands().getFirst().equals("status")) {
            call.println(call.world().surroundings().hostname());
        }
        return 0;
    }
}
