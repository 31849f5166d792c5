package ai.thinkheads.phoenix.hosts.simulated;

import java.util.Locale;

/** The tables of the machine's state, and what each holds. */
enum Table {
    NODE(Row.Node.class),
    DISK(Row.Disk.class),
    POOL(Row.Pool.class),
    DATASET(Row.Dataset.class),
    STORAGE(Row.Storage.class),
    BRIDGE(Row.Bridge.class),
    STAGED(Row.Staged.class),
    RELOAD(Row.Reload.class),
    GPU(Row.Gpu.class),
    FILE(Row.File.class),
    VOLUME(Row.Volume.class),
    GUEST(Row.Guest.class),
    CONTENTS(Row.Contents.class),
    FAULTS(Row.Remaining.class),
    EXTRA(Row.Extra.class);

    private final Class<? extends Row> type;

    Table(Class<? extends Row> type) {
        this.type = type;
    }

    Class<? extends Row> type() {
        return type;
    }

    /** Its name in the journal. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Table of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
