package ai.thinkheads.phoenix.hosts.simulated.guest;

import ai.thinkheads.phoenix.hosts.simulated.guest.Syntax.Redirect;
import java.util.List;

/** Where a command reads from and writes to. */
final class Redirections {

    private final Interpreter shell;
    private final Expansion expansion;

    Redirections(Interpreter shell, Expansion expansion) {
        this.shell = shell;
        this.expansion = expansion;
    }

    Interpreter.Streams apply(List<Redirect> redirects, Interpreter.Streams streams) {
        Call.Input in = streams.in();
        Call.Output out = streams.out();
        Call.Output err = streams.err();
        for (Redirect redirect : redirects) {
            String kind = redirect.kind();
            if (kind.equals("<<")) {
                in = new Call.Input(expansion.text(redirect.target(), streams));
                continue;
            }
            String target = expansion.text(redirect.target(), streams);
            if (kind.equals("<")) {
                in = new Call.Input(
                        target.startsWith("/dev/")
                                ? ""
                                : shell.world().files().read(Paths.absolute(shell.directory(), target)));
                continue;
            }
            Call.Output to = kind.equals(">&")
                    ? (target.equals("1") ? out : target.equals("2") ? err : text -> {})
                    : file(Paths.absolute(shell.directory(), target), kind.equals(">>"), out, err);
            if (redirect.descriptor() == 2) {
                err = to;
            } else if (redirect.descriptor() == 1) {
                out = to;
            }
            if (kind.equals("&>")) {
                err = to;
            }
        }
        return new Interpreter.Streams(in, out, err);
    }

    private Call.Output file(String path, boolean append, Call.Output out, Call.Output err) {
        switch (path) {
            case "/dev/stdout":
                return out;
            case "/dev/stderr":
                return err;
            default:
                break;
        }
        if (path.startsWith("/dev/")) {
            return text -> {};
        }
        FileTree files = shell.world().files();
        String before = append && files.isFile(path) ? files.read(path) : "";
        files.write(path, before, shell.umask());
        StringBuilder all = new StringBuilder(before);
        return text -> {
            all.append(text);
            files.write(path, all.toString(), shell.umask());
        };
    }
}
