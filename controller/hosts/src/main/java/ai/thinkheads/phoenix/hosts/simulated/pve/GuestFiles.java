package ai.thinkheads.phoenix.hosts.simulated.pve;

import ai.thinkheads.phoenix.hosts.port.HostState;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The guests' configuration files in {@code /etc/pve}, as the machine's API keeps them. */
public interface GuestFiles {

    /** The text of every file by its path. */
    Map<String, String> texts(HostState state);

    /**
     * Somebody wrote a file by hand; what is written is in force at once.
     *
     * @param text null when it was removed
     */
    void written(String path, @Nullable String text);
}
