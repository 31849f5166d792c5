package ai.thinkheads.phoenix.daemon.gitops;

import java.io.File;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/** Git without the settings of the machine and its user: what a repository brings must not depend on who runs the controller. */
@SuppressWarnings("deprecation") // two methods that have to be implemented are deprecated
final class BareSystemReader extends SystemReader {

    private static final AtomicBoolean INSTALLED = new AtomicBoolean();

    private final SystemReader machine;

    private BareSystemReader(SystemReader machine) {
        this.machine = machine;
    }

    static void install() {
        if (INSTALLED.compareAndSet(false, true)) {
            SystemReader.setInstance(new BareSystemReader(SystemReader.getInstance()));
        }
    }

    @Override
    public String getHostname() {
        return machine.getHostname();
    }

    @Override
    public @Nullable String getenv(String variable) {
        return machine.getenv(variable);
    }

    @Override
    public @Nullable String getProperty(String key) {
        return machine.getProperty(key);
    }

    @Override
    public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
        return new Empty(parent, fs);
    }

    @Override
    public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
        return new Empty(parent, fs);
    }

    @Override
    public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
        return new Empty(parent, fs);
    }

    @Override
    public long getCurrentTime() {
        return machine.now().toEpochMilli();
    }

    @Override
    public int getTimezone(long when) {
        return 0;
    }

    /** A configuration without a file. */
    private static final class Empty extends FileBasedConfig {
        Empty(@Nullable Config parent, FS fs) {
            super(parent, new File("none"), fs);
        }

        @Override
        public void load() {
            // There is nothing to load.
        }

        @Override
        public boolean isOutdated() {
            return false;
        }

        @Override
        public void save() {
            // There is nowhere to save to.
        }
    }
}
