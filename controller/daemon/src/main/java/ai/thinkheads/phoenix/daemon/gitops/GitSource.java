package ai.thinkheads.phoenix.daemon.gitops;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Git repositories, as far as manifests are concerned: what a branch is at, and what lies in a folder at a commit. */
public interface GitSource {

    /**
     * Where a repository is and how to get in.
     *
     * @param username for https
     * @param credentials values of a Secret by key: a password or token, or a private key; empty for none
     */
    record Remote(String url, String branch, String username, Map<String, String> credentials) {
        public Remote {
            credentials = Map.copyOf(credentials);
        }

        /** Keeps credentials out of messages. */
        @Override
        public String toString() {
            return url + " " + branch;
        }
    }

    /** A file of a commit. */
    record SourceFile(String path, String text) {}

    /**
     * What a folder holds.
     *
     * @param found whether there is such a folder
     * @param files the manifests in it and below, sorted by path
     */
    record Folder(boolean found, List<SourceFile> files) {
        public Folder {
            files = List.copyOf(files);
        }
    }

    /**
     * Gets the newest state of the branch from the remote.
     *
     * @param name of the GitRepository, under which the clone is kept
     * @return the full id of the branch's commit
     * @throws GitException when the remote cannot be reached or has no such branch
     */
    String fetch(String name, Remote remote);

    /**
     * Reads the manifests of a commit that was fetched before.
     *
     * @param folder relative to the top; null for the top
     * @throws GitException when the commit is not there, or holds more than may be read
     */
    Folder read(String name, String commit, @Nullable String folder);

    /** Removes the clones of all but those repositories. */
    void keepOnly(List<String> names);
}
