package ai.thinkheads.phoenix.daemon.gitops;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.eclipse.jgit.api.FetchCommand;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a bare clone of each repository in a folder and reads files straight out of its commits, so that there is no work tree
 * that could be seen half written. Only the branch is fetched, without its history.
 */
public final class JGitSource implements GitSource {

    private static final String FETCHED = "refs/phoenix/fetched";
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int LARGEST_FILE = 10 << 20;
    private static final long LARGEST_FOLDER = 64L << 20;
    private static final int MOST_FILES = 20_000;

    /** What JGit says when a remote does not let it in, by https and by ssh. */
    private static final List<String> DENIALS =
            List.of("not authorized", "Auth fail", "authentication", "Cannot log in");

    private final Path root;

    /** @param root the folder of the clones; made when it is first needed */
    public JGitSource(Path root) {
        this.root = root;
    }

    @Override
    public String fetch(String name, Remote remote) {
        quieten();
        Path directory = root.resolve(name);
        try (Repository repository = open(directory);
                Git git = new Git(repository);
                GitAccess access = GitAccess.of(remote, root.resolve(name + ".known_hosts"))) {
            FetchCommand fetch = git.fetch()
                    .setRemote(remote.url())
                    .setRefSpecs(new RefSpec("+refs/heads/" + remote.branch() + ":" + FETCHED))
                    .setTagOpt(TagOpt.NO_TAGS)
                    .setForceUpdate(true)
                    .setDepth(1)
                    .setTimeout((int) TIMEOUT.toSeconds());
            access.configure(fetch);
            fetch.call();
            Ref fetched = repository.exactRef(FETCHED);
            ObjectId commit = fetched == null ? null : fetched.getObjectId();
            if (commit == null) {
                throw new GitException("BranchMissing", "the repository has no branch '" + remote.branch() + "'", null);
            }
            return commit.name();
        } catch (GitAPIException | JGitInternalException | IOException e) {
            throw failure(remote, e);
        }
    }

    /** JGit asks the machine's own git for its system-wide settings, which would start a process and which nobody needs here. */
    private static void quieten() {
        BareSystemReader.install();
    }

    private static GitException failure(Remote remote, Exception e) {
        String cause = String.valueOf(e.getMessage());
        if (cause.contains("Remote does not have refs/heads/")) {
            return new GitException(
                    "BranchMissing", "the repository " + remote.url() + " has no branch '" + remote.branch() + "'", e);
        }
        String untrusted = untrusted(remote, e);
        if (untrusted != null) {
            return new GitException("Untrusted", untrusted, e);
        }
        for (String secret : remote.credentials().values()) {
            cause = secret.isBlank() ? cause : cause.replace(secret, "…");
        }
        boolean denied = DENIALS.stream().anyMatch(cause::contains);
        return new GitException(
                denied ? "AccessDenied" : "FetchFailed",
                "cannot fetch " + remote.branch() + " of " + remote.url() + ": " + cause
                        + (denied ? "; check spec.credentials and spec.username" : ""),
                e);
    }

    /** What to do about a server that nobody vouches for; null when that is not the matter. */
    private static @Nullable String untrusted(Remote remote, Exception failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SSLException) {
                return remote.url() + ": nobody who is trusted has signed the certificate of the server ("
                        + each.getMessage()
                        + "); put the certificate of its authority under the key ca.crt into the Secret of spec.credentials";
            }
            String said = String.valueOf(each.getMessage());
            if (said.contains("Server key did not validate") || said.contains("key is not known")) {
                return remote.url() + ": the key of the server is not known; put its line of known_hosts under the key"
                        + " known_hosts into the Secret of spec.credentials, once you have compared it: ssh-keyscan prints it";
            }
        }
        return null;
    }

    private Repository open(Path directory) throws IOException {
        Files.createDirectories(root);
        boolean exists = Files.isRegularFile(directory.resolve("HEAD"));
        if (!exists && Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            delete(directory);
        }
        Repository repository = new FileRepositoryBuilder()
                .setGitDir(directory.toFile())
                .setBare()
                .setMustExist(exists)
                .build();
        if (!exists) {
            repository.create(true);
        }
        return repository;
    }

    @Override
    public Folder read(String name, String commit, @Nullable String folder) {
        quieten();
        try (Repository repository = open(root.resolve(name));
                RevWalk commits = new RevWalk(repository);
                ObjectReader reader = repository.newObjectReader()) {
            RevTree top = commits.parseCommit(ObjectId.fromString(commit)).getTree();
            ObjectId tree = top;
            String prefix = normalised(folder);
            if (!prefix.isEmpty()) {
                try (TreeWalk at = TreeWalk.forPath(reader, prefix, top)) {
                    if (at == null || !at.getFileMode(0).equals(FileMode.TREE)) {
                        return new Folder(false, List.of());
                    }
                    tree = at.getObjectId(0);
                }
            }
            return new Folder(true, files(reader, tree, prefix.isEmpty() ? "" : prefix + "/"));
        } catch (IOException e) {
            throw new GitException(
                    "CloneBroken",
                    "cannot read commit " + commit + " in the clone: " + e.getMessage()
                            + "; it is fetched again when the clone " + root.resolve(name) + " is removed",
                    e);
        }
    }

    private static String normalised(@Nullable String folder) {
        if (folder == null) {
            return "";
        }
        List<String> steps = new ArrayList<>();
        for (String step : folder.split("/")) {
            if (!step.isEmpty() && !step.equals(".")) {
                steps.add(step);
            }
        }
        return String.join("/", steps);
    }

    private static List<SourceFile> files(ObjectReader reader, ObjectId tree, String prefix) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        long total = 0;
        try (TreeWalk walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            while (walk.next()) {
                String path = walk.getPathString();
                boolean hidden = walk.getNameString().startsWith(".");
                FileMode mode = walk.getFileMode(0);
                if (mode.equals(FileMode.TREE) && !hidden) {
                    walk.enterSubtree();
                } else if (isFile(mode) && !hidden && isManifest(path)) {
                    long size = reader.getObjectSize(walk.getObjectId(0), ObjectReader.OBJ_ANY);
                    total += size;
                    requireBounds(prefix + path, size, total, files.size() + 1);
                    files.add(new SourceFile(prefix + path, text(reader, walk.getObjectId(0), prefix + path)));
                }
            }
        } catch (LargeObjectException e) {
            throw new GitException("TooLarge", "a file of the folder is larger than memory allows", e);
        }
        return files;
    }

    /** Links and submodules could lead out of the repository and are passed over. */
    private static boolean isFile(FileMode mode) {
        return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
    }

    private static boolean isManifest(String path) {
        return path.endsWith(".yaml") || path.endsWith(".yml") || path.endsWith(".json");
    }

    private static void requireBounds(String path, long size, long total, int count) {
        if (size > LARGEST_FILE) {
            throw new GitException("TooLarge", path + ": larger than " + (LARGEST_FILE >> 20) + " MiB; split it", null);
        }
        if (total > LARGEST_FOLDER || count > MOST_FILES) {
            throw new GitException(
                    "TooLarge",
                    "the folder holds more than " + (LARGEST_FOLDER >> 20) + " MiB or " + MOST_FILES
                            + " manifests; set spec.path to the folder that is meant",
                    null);
        }
    }

    private static String text(ObjectReader reader, ObjectId blob, String path) throws IOException {
        byte[] bytes = reader.open(blob).getCachedBytes(LARGEST_FILE);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new GitException("InvalidManifests", path + ": is not UTF-8 text", e);
        }
    }

    @Override
    public void keepOnly(List<String> names) {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> clones = Files.list(root)) {
            for (Path clone : clones.toList()) {
                String name = clone.getFileName().toString().replaceFirst("\\.known_hosts$", "");
                if (!names.contains(name)) {
                    delete(clone);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove clones of repositories that are no more", e);
        }
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
