package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostException;
import ai.thinkheads.phoenix.hosts.port.HostException.Cause;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Proxmox's refusals mean and what to do about them. Pure. Proxmox has few status codes, so that its texts decide; they are
 * compared loosely, since they change between versions.
 */
final class Refusals {

    private static final Pattern PRIVILEGE =
            Pattern.compile("Permission check failed \\((/[^,]*), ([A-Za-z0-9.|, ]+)\\)");
    private static final Pattern ROOT_ONLY =
            Pattern.compile("(?i)only (?:is )?allowed for root@pam|only root can|root@pam only|user != root@pam");
    private static final Pattern GUEST = Pattern.compile("/(lxc|qemu)/(\\d+)(?:/|$)");
    private static final Pattern LOCKED = Pattern.compile("(?i)(?:CT|VM|container) ?(\\d*) ?is locked \\(([a-z-]+)\\)");
    private static final Pattern WAITED =
            Pattern.compile("(?i)can't (?:lock file|acquire lock)|got (?:lock request )?timeout|cfs-lock");
    private static final Pattern CHANGED = Pattern.compile(
            "(?i)detected modified configuration|checksum miss?match \\(file change|file changed by other user");
    private static final Pattern MISSING = Pattern.compile(
            "(?i)does not exist|no such (?:storage|task|file|node|iface|CT|VM|disk|snapshot)|unable to find|not found|no configuration file");
    private static final Pattern FULL = Pattern.compile(
            "(?i)out of space|no space left|quota exceeded|not enough (?:free )?space|insufficient space");
    private static final Pattern GONE =
            Pattern.compile("(?i)hostname lookup|no route to host|connection (?:refused|timed out|reset)|595|proxy");

    private Refusals() {}

    /**
     * What was answered.
     *
     * @param who who asked
     * @param errors what is wrong with each parameter
     */
    record Answer(String method, String path, int status, String message, Map<String, String> errors, String who) {}

    /** The exception for an answer that is no success. */
    static HostException of(Answer answer) {
        String said = said(answer);
        return switch (answer.status()) {
            case 401 ->
                new HostException(
                        Cause.DENIED,
                        answer.who() + " was not accepted" + (said.isEmpty() ? "" : " (" + said + ")")
                                + ": it is wrong, expired, disabled or removed; "
                                + "make a new one (pveum user token add …) and put it into the Secret of spec.credentials");
            case 403 -> denied(answer, said);
            case 501 ->
                new HostException(
                        Cause.UNSUPPORTED,
                        "this version of Proxmox VE has no " + answer.method() + " " + answer.path() + " (" + said
                                + ")");
            case 400 -> ofText(said, guest(answer.path()), answer.path(), Cause.REFUSED);
            case 500 -> ofText(said, guest(answer.path()), answer.path(), Cause.REFUSED);
            case 595, 596, 599, 502, 503, 504 ->
                new HostException(
                        Cause.UNREACHABLE,
                        "the node did not answer (" + answer.status() + (said.isEmpty() ? "" : " " + said)
                                + ") to " + answer.method() + " " + answer.path()
                                + "; see that it is up, then look before trying again");
            default ->
                new HostException(
                        Cause.UNREACHABLE,
                        "unexpected answer " + answer.status() + (said.isEmpty() ? "" : " (" + said + ")") + " to "
                                + answer.method() + " " + answer.path() + "; is spec.endpoint the API of Proxmox VE?");
        };
    }

    private static String said(Answer answer) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(answer.errors())
                .forEach((name, error) -> text.append(text.isEmpty() ? "" : "; ")
                        .append(name)
                        .append(": ")
                        .append(error.strip().replaceAll("\\s*\\n\\s*", ": ")));
        return text.isEmpty() ? answer.message().strip().replaceAll("\\s*\\n\\s*", ": ") : text.toString();
    }

    private static HostException denied(Answer answer, String said) {
        Matcher privilege = PRIVILEGE.matcher(said);
        if (privilege.find()) {
            return lacking(answer.who(), privilege.group(2).strip(), privilege.group(1));
        }
        if (ROOT_ONLY.matcher(said).find()) {
            return rootOnly(answer.who(), said);
        }
        return new HostException(Cause.DENIED, answer.who() + " may not do that: " + said);
    }

    /** Somebody may not do what needs that privilege on that path. */
    static HostException lacking(String who, String privilege, String path) {
        return new HostException(
                Cause.DENIED,
                who + " lacks the privilege " + privilege + " on " + path
                        + "; give it a role that has it: pveum acl modify " + path
                        + " --roles … (a token with privilege separation needs the role itself too)");
    }

    /** Only root@pam itself may do that, and no token. */
    static HostException rootOnly(String who, String what) {
        return new HostException(
                Cause.DENIED,
                who + " may not set that: " + what
                        + "; Proxmox lets only root@pam itself do so and no token: set spec.shell, or use the password of"
                        + " root@pam in the Secret of spec.credentials");
    }

    /** What a text means: a refusal's or a task's. */
    static HostException ofText(String said, String guest, String path, Cause otherwise) {
        if (ROOT_ONLY.matcher(said).find()) {
            return rootOnly("this login", said);
        }
        Matcher privilege = PRIVILEGE.matcher(said);
        if (privilege.find()) {
            return new HostException(
                    Cause.DENIED,
                    "the privilege " + privilege.group(2).strip() + " on " + privilege.group(1) + " is missing: "
                            + said);
        }
        Matcher locked = LOCKED.matcher(said);
        if (locked.find()) {
            return new HostException(
                    Cause.LOCKED,
                    said
                            + ": wait for what holds it; when no task of it runs any more, a crash left the lock behind, and "
                            + (guest.isEmpty() ? "pct unlock or qm unlock with its number" : unlock(guest))
                            + " on the host clears it");
        }
        if (WAITED.matcher(said).find()) {
            return new HostException(Cause.LOCKED, said + ": another operation holds it; it is tried again");
        }
        if (CHANGED.matcher(said).find()) {
            return new HostException(Cause.CONFLICT, said + " Somebody changed it since it was read");
        }
        if (FULL.matcher(said).find()) {
            return new HostException(Cause.NO_SPACE, said + ": free space, raise the quota, or name another storage");
        }
        if (GONE.matcher(said).find() && said.contains("hostname lookup")) {
            return new HostException(
                    Cause.REFUSED,
                    said + ": there is no such node; set spec.node to one of the names that pvesh get /nodes shows");
        }
        boolean missing = MISSING.matcher(said).find();
        if (missing && (said.startsWith("Configuration file") || otherwise == Cause.REFUSED && isAbout(said, path))) {
            return new HostException(Cause.NOT_FOUND, said);
        }
        return new HostException(otherwise, said.isEmpty() ? "refused without a reason: " + path : said);
    }

    /** Whether what is missing is what the path names, and not something that the request mentions. */
    private static boolean isAbout(String said, String path) {
        String last = path.substring(path.lastIndexOf('/') + 1);
        return !last.isEmpty() && said.contains(last) || path.contains("/snapshot") || path.contains("/storage/");
    }

    private static String guest(String path) {
        Matcher guest = GUEST.matcher(path);
        return guest.find() ? guest.group(1) + "/" + guest.group(2) : "";
    }

    /** The command that takes a lock off a guest, given as {@code lxc/101}. */
    static String unlock(String guest) {
        int slash = guest.indexOf('/');
        return (guest.startsWith("lxc") ? "pct unlock " : "qm unlock ") + guest.substring(slash + 1);
    }
}
