package ai.thinkheads.phoenix.hosts.command;

import ai.thinkheads.phoenix.api.v1alpha1.HypervisorSpec;
import org.jspecify.annotations.Nullable;

/**
 * Where ssh goes to and as whom.
 *
 * @param privateKey in OpenSSH's form; null lets ssh take the user's own keys or agent
 * @param hostKey the only key that the host may have, as in {@code known_hosts} with or without the host's name; null lets the
 *     user's {@code known_hosts} decide
 */
public record SshTarget(
        String address,
        int port,
        String user,
        @Nullable String privateKey,
        @Nullable String hostKey) {

    private static final int USUAL_PORT = 22;

    /** What a manifest says, with its defaults. */
    public static SshTarget of(HypervisorSpec.Shell shell, @Nullable String privateKey) {
        String address = shell.address();
        if (address == null) {
            throw new IllegalArgumentException("ssh needs the address of the host");
        }
        Integer port = shell.port();
        String user = shell.user();
        return new SshTarget(
                address, port == null ? USUAL_PORT : port, user == null ? "root" : user, privateKey, shell.hostKey());
    }

    /** Without the key. */
    @Override
    public String toString() {
        return user + "@" + address + ":" + port;
    }
}
