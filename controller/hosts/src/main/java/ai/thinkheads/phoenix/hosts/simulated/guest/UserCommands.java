package ai.thinkheads.phoenix.hosts.simulated.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Users and groups, kept in /etc/passwd and /etc/group. */
final class UserCommands {

    private UserCommands() {}

    static void register(Map<String, Commands.Command> all) {
        all.put("id", UserCommands::id);
        all.put("whoami", call -> {
            call.println("root");
            return 0;
        });
        all.put("useradd", UserCommands::addUser);
        all.put("adduser", UserCommands::addUser);
        all.put("groupadd", UserCommands::addGroup);
        all.put("addgroup", UserCommands::addGroup);
        all.put("usermod", UserCommands::modify);
        all.put("userdel", UserCommands::removeUser);
        all.put("getent", UserCommands::getent);
        all.put("groups", call -> {
            call.println("root");
            return 0;
        });
    }

    private static String read(Call call, String path) {
        return call.files().isFile(path) ? call.files().read(path) : "";
    }

    private static @Nullable String line(Call call, String path, String name) {
        return read(call, path)
                .lines()
                .filter(line -> line.startsWith(name + ":")
                        || line.matches("[^:]*:[^:]*:" + java.util.regex.Pattern.quote(name) + ":.*"))
                .findFirst()
                .orElse(null);
    }

    /** The number of a user or group, by name or as it is; null when there is none. */
    static @Nullable Long number(Call call, String path, String name) {
        if (name.matches("\\d{1,10}")) {
            return Long.parseLong(name);
        }
        String line = line(call, path, name);
        return line == null ? null : Long.valueOf(line.split(":")[2]);
    }

    private static int id(Call call) {
        List<String> operands = call.operands();
        String name = operands.isEmpty() ? "root" : operands.getFirst();
        String line = line(call, "/etc/passwd", name);
        if (line == null) {
            return call.fail(1, "'" + name + "': no such user");
        }
        String[] parts = line.split(":");
        List<String> groups = groups(call, parts[0]);
        boolean names = call.has('n', "name");
        if (call.has('u', "user")) {
            call.println(names ? parts[0] : parts[2]);
        } else if (call.has('G', "groups")) {
            call.println(String.join(" ", groups));
        } else if (call.has('g', "group")) {
            call.println(names ? parts[0] : parts[3]);
        } else {
            call.println("uid=" + parts[2] + "(" + parts[0] + ") gid=" + parts[3] + "(" + parts[0] + ") groups="
                    + String.join(",", groups));
        }
        return 0;
    }

    private static List<String> groups(Call call, String user) {
        List<String> all = new ArrayList<>(List.of(user));
        read(call, "/etc/group").lines().forEach(line -> {
            String[] parts = line.split(":", -1);
            if (parts.length > 3 && List.of(parts[3].split(",")).contains(user)) {
                all.add(parts[0]);
            }
        });
        return all;
    }

    private static long free(Call call, String path, boolean system) {
        long next = system ? 999 : 1000;
        while (line(call, path, String.valueOf(next)) != null) {
            next += system ? -1 : 1;
        }
        return next;
    }

    private static int addUser(Call call) {
        List<String> operands = FileCommands.operandsWithout(
                call,
                "-u",
                "--uid",
                "-g",
                "--gid",
                "-G",
                "--groups",
                "-d",
                "--home-dir",
                "--home",
                "-s",
                "--shell",
                "-c",
                "--comment",
                "--gecos",
                "-p",
                "--ingroup",
                "-k");
        if (operands.isEmpty()) {
            return call.fail(2, "missing user name");
        }
        String name = operands.getFirst();
        if (operands.size() > 1) {
            return addTo(call, name, operands.get(1));
        }
        if (line(call, "/etc/passwd", name) != null) {
            return call.fail(9, "user '" + name + "' already exists");
        }
        boolean system = call.has('r', "system");
        String uid = call.option(String.valueOf(free(call, "/etc/passwd", system)), "-u", "--uid");
        String group = call.option("", "-g", "--gid", "--ingroup");
        Long gid = group.isEmpty() ? Long.valueOf(uid) : number(call, "/etc/group", group);
        if (gid == null) {
            return call.fail(6, "group '" + group + "' does not exist");
        }
        if (group.isEmpty() && line(call, "/etc/group", name) == null) {
            append(call, "/etc/group", name + ":x:" + gid + ":");
        }
        String home = call.option("/home/" + name, "-d", "--home-dir", "--home");
        append(
                call,
                "/etc/passwd",
                name + ":x:" + uid + ":" + gid + "::" + home + ":" + call.option("/bin/sh", "-s", "--shell"));
        if (call.has('m', "create-home") || call.name().equals("adduser") && !system) {
            call.files().makeDirectories(home, 0755);
            call.files().put(home, new Inside.Node("d", null, 0755, Long.parseLong(uid), gid));
        }
        String more = call.option("", "-G", "--groups");
        for (String each : more.isEmpty() ? new String[0] : more.split(",")) {
            addTo(call, name, each);
        }
        return 0;
    }

    private static void append(Call call, String path, String line) {
        call.files().write(path, read(call, path) + line + "\n", 022);
    }

    private static int addTo(Call call, String user, String group) {
        if (line(call, "/etc/group", group) == null) {
            if (!group.equals("docker")) {
                return call.fail(6, "group '" + group + "' does not exist");
            }
            append(call, "/etc/group", group + ":x:" + free(call, "/etc/group", true) + ":");
        }
        StringBuilder all = new StringBuilder();
        read(call, "/etc/group").lines().forEach(line -> {
            boolean there = line.startsWith(group + ":")
                    && !List.of(line.replaceFirst(".*:", "").split(",")).contains(user);
            all.append(line)
                    .append(there ? (line.endsWith(":") ? "" : ",") + user : "")
                    .append('\n');
        });
        call.files().write("/etc/group", all.toString(), 022);
        return 0;
    }

    private static int addGroup(Call call) {
        List<String> operands = FileCommands.operandsWithout(call, "-g", "--gid");
        if (operands.isEmpty()) {
            return call.fail(2, "missing group name");
        }
        String name = operands.getFirst();
        if (line(call, "/etc/group", name) != null) {
            return call.has('f', "force") ? 0 : call.fail(9, "group '" + name + "' already exists");
        }
        append(
                call,
                "/etc/group",
                name + ":x:"
                        + call.option(String.valueOf(free(call, "/etc/group", call.has('r', "system"))), "-g", "--gid")
                        + ":");
        return 0;
    }

    private static int modify(Call call) {
        List<String> operands =
                FileCommands.operandsWithout(call, "-G", "-aG", "-g", "-s", "-d", "-u", "-L", "--groups", "--shell");
        if (operands.isEmpty()) {
            return call.fail(2, "missing user name");
        }
        String user = operands.getLast();
        if (line(call, "/etc/passwd", user) == null) {
            return call.fail(6, "user '" + user + "' does not exist");
        }
        String groups = call.option("", "-aG", "-G", "--groups");
        for (String each : groups.isEmpty() ? new String[0] : groups.split(",")) {
            int code = addTo(call, user, each);
            if (code != 0) {
                return code;
            }
        }
        return 0;
    }

    private static int removeUser(Call call) {
        for (String name : call.operands()) {
            if (line(call, "/etc/passwd", name) == null) {
                return call.fail(6, "user '" + name + "' does not exist");
            }
            StringBuilder all = new StringBuilder();
            read(call, "/etc/passwd")
                    .lines()
                    .filter(line -> !line.startsWith(name + ":"))
                    .forEach(line -> all.append(line).append('\n'));
            call.files().write("/etc/passwd", all.toString(), 022);
        }
        return 0;
    }

    private static int getent(Call call) {
        List<String> operands = call.operands();
        if (operands.size() < 2) {
            return 1;
        }
        if (operands.getFirst().equals("hosts") || operands.getFirst().equals("ahosts")) {
            call.println("192.0.2.1 " + operands.get(1));
            return 0;
        }
        String found = line(call, "/etc/" + operands.getFirst(), operands.get(1));
        if (found == null) {
            return 2;
        }
        call.println(found);
        return 0;
    }
}
