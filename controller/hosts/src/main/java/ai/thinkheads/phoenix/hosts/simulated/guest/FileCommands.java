package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Programs that work on files. */
final class FileCommands {

    private FileCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("ls", FileCommands::list);
        all.put("mkdir", FileCommands::makeDirectory);
        all.put("rmdir", FileCommands::remove);
        all.put("rm", FileCommands::remove);
        all.put("touch", FileCommands::touch);
        all.put("cp", FileCommands::copy);
        all.put("rsync", FileCommands::copy);
        all.put("mv", FileCommands::move);
        all.put("ln", FileCommands::link);
        all.put("chmod", FileCommands::chmod);
        all.put("chown", FileCommands::chown);
        all.put("chgrp", FileCommands::chown);
        all.put("install", FileCommands::install);
        all.put("mktemp", FileCommands::temporary);
        all.put("readlink", FileCommands::readLink);
        all.put("realpath", FileCommands::realPath);
        all.put("stat", FileCommands::stat);
        all.put("find", FileCommands::find);
        all.put("tar", FileCommands::tar);
        all.put("unzip", FileCommands::tar);
        all.put("mountpoint", call -> call.files().isDirectory(call.path(last(call))) ? 0 : 32);
        all.put("truncate", FileCommands::touch);
    }

    private static String last(Call call) {
        List<String> operands = call.operands();
        return operands.isEmpty() ? "." : operands.getLast();
    }

    private static int list(Call call) {
        int code = 0;
        List<String> operands = call.operands().isEmpty() ? List.of(".") : call.operands();
        for (String each : operands) {
            String path = call.path(each);
            Inside.Node node = call.files().get(path);
            boolean device = call.world().surroundings().devices().contains(path);
            if (node == null && !device) {
                code = call.fail(2, "cannot access '" + each + "': No such file or directory");
            } else if (node != null && node.isDirectory() && !call.has('d', "directory")) {
                boolean hidden = call.has('a', "all") || call.has('A', "almost-all");
                call.files().list(path).stream()
                        .filter(name -> hidden || !name.startsWith("."))
                        .forEach(call::println);
                call.world().surroundings().devices().stream()
                        .filter(other -> Paths.parent(other).equals(path))
                        .forEach(other -> call.println(Paths.name(other)));
            } else {
                call.println(each);
            }
        }
        return code;
    }

    private static int makeDirectory(Call call) {
        String mode = call.option("", "-m", "--mode");
        for (String each : operandsWithout(call, "-m", "--mode")) {
            String path = call.path(each);
            if (!call.has('p', "parents")) {
                if (call.files().get(path) != null) {
                    return call.fail(1, "cannot create directory '" + each + "': File exists");
                }
                if (!call.files().isDirectory(Paths.parent(path))) {
                    return call.fail(1, "cannot create directory '" + each + "': No such file or directory");
                }
            }
            call.files()
                    .makeDirectories(
                            path,
                            mode.matches("[0-7]+")
                                    ? Integer.parseInt(mode, 8)
                                    : 0777 & ~call.interpreter().umask());
        }
        return 0;
    }

    /** The operands, without the values of those options. */
    static List<String> operandsWithout(Call call, String... options) {
        List<String> all = new ArrayList<>();
        List<String> args = call.args();
        for (int i = 0; i < args.size(); i++) {
            if (List.of(options).contains(args.get(i))) {
                i++;
            } else if (!args.get(i).startsWith("-") || args.get(i).equals("-")) {
                all.add(args.get(i));
            }
        }
        return all;
    }

    private static int remove(Call call) {
        boolean force = call.has('f', "force");
        boolean recursive = call.has('r', "recursive")
                || call.has('R', "recursive")
                || call.name().equals("rmdir");
        for (String each : call.operands()) {
            String path = call.path(each);
            Inside.Node node = call.files().node(path);
            if (node == null) {
                if (!force) {
                    return call.fail(1, "cannot remove '" + each + "': No such file or directory");
                }
                continue;
            }
            if (node.isDirectory() && !recursive) {
                return call.fail(1, "cannot remove '" + each + "': Is a directory");
            }
            if (path.equals("/")) {
                return call.fail(1, "it is dangerous to operate recursively on '/'");
            }
            if (call.name().equals("rmdir") && !call.files().list(path).isEmpty()) {
                return call.fail(1, "failed to remove '" + each + "': Directory not empty");
            }
            call.files().remove(path);
        }
        return 0;
    }

    private static int touch(Call call) {
        for (String each : operandsWithout(call, "-d", "-r", "-s")) {
            if (call.files().get(call.path(each)) == null) {
                call.files().write(call.path(each), "", call.interpreter().umask());
            }
        }
        return 0;
    }

    private static int copy(Call call) {
        List<String> operands = operandsWithout(call, "-t", "-e", "--exclude");
        if (operands.size() < 2) {
            return call.fail(1, "missing destination file operand");
        }
        boolean deep = call.has('r', "recursive") || call.has('a', "archive") || call.has('R', "recursive");
        String to = call.path(operands.getLast());
        for (String each : operands.subList(0, operands.size() - 1)) {
            String from = call.path(each);
            Inside.Node node = call.files().get(from);
            if (node == null) {
                return call.fail(1, "cannot stat '" + each + "': No such file or directory");
            }
            if (node.isDirectory() && !deep) {
                return call.fail(1, "-r not specified; omitting directory '" + each + "'");
            }
            boolean contents =
                    node.isDirectory() && (each.endsWith("/.") || call.name().equals("rsync") && each.endsWith("/"));
            String target = call.files().isDirectory(to) && !contents ? to + "/" + Paths.name(from) : to;
            copyTree(call.files(), call.files().resolve(from), target);
        }
        return 0;
    }

    private static void copyTree(FileTree files, String from, String to) {
        Map<String, Inside.Node> all = new java.util.TreeMap<>(files.below(from));
        all.forEach((path, node) -> {
            String target = to + path.substring(from.length());
            if (node.isDirectory()) {
                files.makeDirectories(target, node.mode());
            } else {
                files.put(files.isDirectory(target) ? target + "/" + Paths.name(path) : files.resolve(target), node);
            }
        });
    }

    private static int move(Call call) {
        List<String> operands = call.operands();
        if (operands.size() < 2) {
            return call.fail(1, "missing destination file operand");
        }
        String to = call.path(operands.getLast());
        for (String each : operands.subList(0, operands.size() - 1)) {
            String from = call.path(each);
            if (call.files().node(from) == null) {
                return call.fail(1, "cannot stat '" + each + "': No such file or directory");
            }
            copyTree(call.files(), from, call.files().isDirectory(to) ? to + "/" + Paths.name(from) : to);
            call.files().remove(from);
        }
        return 0;
    }

    private static int link(Call call) {
        List<String> operands = call.operands();
        if (operands.size() < 2) {
            return call.fail(1, "missing file operand");
        }
        String from = operands.getFirst();
        String to = call.path(operands.getLast());
        if (call.files().isDirectory(to) && !call.has('n', "no-dereference")) {
            to = to + "/" + Paths.name(from);
        }
        if (call.files().node(to) != null) {
            if (!call.has('f', "force")) {
                return call.fail(1, "failed to create symbolic link '" + operands.getLast() + "': File exists");
            }
            call.files().remove(to);
        }
        if (call.has('s', "symbolic")) {
            call.files().put(to, new Inside.Node("l", from, 0777, 0, 0));
        } else {
            call.files().write(to, call.files().read(call.path(from)), 022);
        }
        return 0;
    }

    private static int each(Call call, List<String> paths, UnaryOperator<Inside.Node> change) {
        boolean recursive = call.has('R', "recursive");
        for (String each : paths) {
            String path = call.files().resolve(call.path(each));
            Inside.Node node = call.files().node(path);
            if (node == null) {
                return call.fail(1, "cannot access '" + each + "': No such file or directory");
            }
            Map<String, Inside.Node> all = recursive ? call.files().below(path) : Map.of(path, node);
            all.forEach((at, old) -> call.files().put(at, change.apply(old)));
        }
        return 0;
    }

    private static int chmod(Call call) {
        List<String> operands = new ArrayList<>(call.args());
        operands.removeIf(arg -> arg.matches("-[Rvcf]+|--.*"));
        if (operands.size() < 2) {
            return call.fail(1, "missing operand");
        }
        String mode = operands.getFirst();
        return each(
                call,
                operands.subList(1, operands.size()),
                node -> new Inside.Node(
                        node.type(), node.text(), mode(node.mode(), mode, node.isDirectory()), node.uid(), node.gid()));
    }

    static int mode(int old, String text, boolean directory) {
        if (text.matches("[0-7]+")) {
            return Integer.parseInt(text, 8);
        }
        int mode = old;
        for (String clause : text.split(",")) {
            var parts = Pattern.compile("([ugoa]*)([-+=])([rwxXst]*)").matcher(clause);
            if (!parts.matches()) {
                throw new FileTree.FileException("invalid mode: '" + text + "'");
            }
            String who = parts.group(1).isEmpty() || parts.group(1).contains("a") ? "ugo" : parts.group(1);
            int bits = (parts.group(3).contains("r") ? 4 : 0)
                    | (parts.group(3).contains("w") ? 2 : 0)
                    | (parts.group(3).contains("x") || parts.group(3).contains("X") && (directory || (old & 0111) != 0)
                            ? 1
                            : 0);
            for (char each : who.toCharArray()) {
                int shift = each == 'u' ? 6 : each == 'g' ? 3 : 0;
                mode = switch (parts.group(2)) {
                    case "+" -> mode | bits << shift;
                    case "-" -> mode & ~(bits << shift);
                    default -> mode & ~(7 << shift) | bits << shift;
                };
            }
        }
        return mode;
    }

    private static int chown(Call call) {
        List<String> operands = new ArrayList<>(call.args());
        operands.removeIf(arg -> arg.matches("-[Rvcfh]+|--.*"));
        if (operands.size() < 2) {
            return call.fail(1, "missing operand");
        }
        String owner = operands.getFirst();
        boolean group = call.name().equals("chgrp");
        String[] parts = owner.split("[:.]", 2);
        Long uid = group ? null : UserCommands.number(call, "/etc/passwd", parts[0]);
        String groupName = group ? owner : parts.length > 1 ? parts[1] : "";
        Long gid = groupName.isEmpty() ? null : UserCommands.number(call, "/etc/group", groupName);
        if (uid == null && !group && !parts[0].isEmpty()) {
            return call.fail(1, "invalid user: '" + owner + "'");
        }
        if (gid == null && !groupName.isEmpty()) {
            return call.fail(1, "invalid group: '" + owner + "'");
        }
        return each(
                call,
                operands.subList(1, operands.size()),
                node -> new Inside.Node(
                        node.type(),
                        node.text(),
                        node.mode(),
                        uid == null ? node.uid() : uid,
                        gid == null ? node.gid() : gid));
    }

    private static int install(Call call) {
        List<String> operands = operandsWithout(call, "-m", "-o", "-g", "--mode", "--owner", "--group");
        String mode = call.option("0755", "-m", "--mode");
        int bits = mode(0, mode, false);
        if (call.has('d', "directory")) {
            operands.forEach(each -> {
                call.files().makeDirectories(call.path(each), bits);
                Inside.Node old = call.files().get(call.path(each));
                if (old != null) {
                    call.files()
                            .put(
                                    call.files().resolve(call.path(each)),
                                    new Inside.Node("d", null, bits, old.uid(), old.gid()));
                }
            });
            return 0;
        }
        if (operands.size() < 2) {
            return call.fail(1, "missing destination file operand");
        }
        String to = call.path(operands.getLast());
        if (call.has('D', "D")) {
            call.files().makeDirectories(Paths.parent(to), 0755);
        }
        for (String each : operands.subList(0, operands.size() - 1)) {
            String text = each.equals("/dev/stdin")
                    ? call.in().rest()
                    : each.equals("/dev/null") ? "" : call.files().read(call.path(each));
            String target = call.files().isDirectory(to) ? to + "/" + Paths.name(each) : to;
            call.files().put(target, Inside.Node.file(text, bits));
        }
        return 0;
    }

    private static int temporary(Call call) {
        boolean directory = call.has('d', "directory");
        for (int i = 0; ; i++) {
            String path = "/tmp/tmp." + String.format(Locale.ROOT, "%010d", i);
            if (call.files().node(path) == null) {
                call.files().put(path, directory ? Inside.Node.directory(0700) : Inside.Node.file("", 0600));
                call.println(path);
                return 0;
            }
        }
    }

    private static int readLink(Call call) {
        String path = call.path(last(call));
        if (call.has('f', "canonicalize") || call.has('e', "canonicalize-existing")) {
            call.println(call.files().resolve(path));
            return 0;
        }
        Inside.Node node = call.files().node(path);
        if (node == null || !node.isLink()) {
            return 1;
        }
        call.println(node.content());
        return 0;
    }

    private static int realPath(Call call) {
        call.operands().forEach(each -> call.println(call.files().resolve(call.path(each))));
        return 0;
    }

    private static int stat(Call call) {
        String format = call.option("%n %a %u %g", "-c", "--format");
        int code = 0;
        for (String each : operandsWithout(call, "-c", "--format")) {
            Inside.Node node = call.files().get(call.path(each));
            if (node == null) {
                code = call.fail(1, "cannot statx '" + each + "': No such file or directory");
                continue;
            }
            call.println(format.replace("%n", each)
                    .replace("%a", Integer.toOctalString(node.mode()))
                    .replace("%u", String.valueOf(node.uid()))
                    .replace("%g", String.valueOf(node.gid()))
                    .replace("%s", String.valueOf(node.content().length()))
                    .replace("%U", node.uid() == 0 ? "root" : String.valueOf(node.uid()))
                    .replace("%G", node.gid() == 0 ? "root" : String.valueOf(node.gid()))
                    .replace("%F", node.isDirectory() ? "directory" : "regular file"));
        }
        return code;
    }

    private static int find(Call call) {
        List<String> roots = new ArrayList<>();
        for (String arg : call.args()) {
            if (arg.startsWith("-") || arg.equals("!") || arg.equals("(")) {
                break;
            }
            roots.add(arg);
        }
        String name = call.option("*", "-name", "-iname");
        String type = call.option("", "-type");
        boolean delete = call.args().contains("-delete");
        String depth = call.option("99", "-maxdepth");
        int deepest = depth.matches("\\d{1,3}") ? Integer.parseInt(depth) : 99;
        for (String root : roots.isEmpty() ? List.of(".") : roots) {
            String path = call.files().resolve(call.path(root));
            if (call.files().node(path) == null) {
                return call.fail(1, "'" + root + "': No such file or directory");
            }
            new java.util.TreeMap<>(call.files().below(path)).forEach((at, node) -> {
                boolean kind = type.isEmpty() || type.equals(node.type());
                long steps = at.substring(path.equals("/") ? 0 : path.length())
                        .chars()
                        .filter(each -> each == '/')
                        .count();
                if (kind && steps <= deepest && Patterns.matches(name, Paths.name(at))) {
                    if (delete) {
                        call.files().remove(at);
                    } else {
                        call.println(root + at.substring(path.length()));
                    }
                }
            });
        }
        return 0;
    }

    private static int tar(Call call) {
        List<String> operands = operandsWithout(call, "-C", "-f", "-d", "--directory", "--file", "--exclude");
        String joined = call.args().isEmpty() ? "" : call.args().getFirst();
        boolean bundled = call.args().stream().anyMatch(arg -> arg.matches("-?[a-zA-Z]*f") && !arg.startsWith("--"));
        String archive = call.option("", "--file");
        List<String> rest = new ArrayList<>(operands);
        if (archive.isEmpty() && bundled) {
            int flag = -1;
            for (int i = 0; i < call.args().size(); i++) {
                if (call.args().get(i).matches("-?[a-zA-Z]*f")
                        && !call.args().get(i).startsWith("--")) {
                    flag = i;
                    break;
                }
            }
            archive = flag + 1 < call.args().size() ? call.args().get(flag + 1) : "";
            rest.remove(archive);
        }
        if (!joined.startsWith("-") && !rest.isEmpty()) {
            rest.remove(joined);
        }
        if (call.name().equals("unzip")) {
            archive = operands.isEmpty() ? "" : operands.getFirst();
            rest.remove(archive);
        }
        boolean create = joined.replace("-", "").startsWith("c") || call.has('c', "create");
        if (create) {
            call.files()
                    .write(
                            call.path(archive),
                            "archive of " + String.join(" ", rest) + "\n",
                            call.interpreter().umask());
            return 0;
        }
        return extract(call, archive, rest, call.path(call.option(".", "-C", "--directory", "-d")));
    }

    /** Archives are not real: what comes out is what is asked for, or a program with the archive's name. */
    private static int extract(Call call, String archive, List<String> members, String directory) {
        String path = call.path(archive);
        if (!archive.equals("-") && !archive.isEmpty() && !call.files().isFile(path)) {
            return call.fail(2, archive + ": Cannot open: No such file or directory");
        }
        if (!call.files().isDirectory(directory)) {
            return call.fail(2, directory + ": Cannot open: No such file or directory");
        }
        if (call.has('t', "list")) {
            return 0;
        }
        String name = Paths.name(archive)
                .replaceFirst("[-_.][vV]?[0-9].*|[-_](linux|amd64|x86_64).*|\\.(tar|tgz|zip|txz).*", "");
        List<String> wanted = members.isEmpty()
                ? List.of(directory.endsWith("bin") || directory.startsWith("/tmp") ? name : "bin/" + name)
                : members;
        for (String member : wanted) {
            String target = Paths.absolute(directory, member);
            call.files().makeDirectories(Paths.parent(target), 0755);
            if (!call.files().isDirectory(target) && !Paths.name(target).isEmpty()) {
                call.files().put(target, Inside.Node.file("program from " + archive + "\n", 0755));
            }
        }
        return 0;
    }
}
