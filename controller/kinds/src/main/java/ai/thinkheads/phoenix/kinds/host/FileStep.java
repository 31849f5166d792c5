package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Effect;
import ai.thinkheads.phoenix.engine.plan.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be done about a file that a storage has to hold. */
public sealed interface FileStep extends Step {

    /** Where it is done. */
    Place on();

    /** The identifier of the storage. */
    String storage();

    @Override
    default Effect effect() {
        return Effect.ONLINE;
    }

    @Override
    default List<Lock> locks() {
        return on().storageLocks(storage());
    }

    /**
     * Downloads the file and checks it.
     *
     * @param spoiled the volume id of a broken copy that goes first; null when there is none
     */
    record Download(
            Place on,
            String field,
            StoredFile file,
            String url,
            @Nullable String spoiled) implements FileStep {

        @Override
        public String storage() {
            return file.storage();
        }

        @Override
        public String action() {
            return (spoiled == null ? "download " : "download again, since the copy on the host is broken, ") + url
                    + " to " + file.storage();
        }

        @Override
        public String operation() {
            return "download-template";
        }
    }

    /** Copies a file of the host into the storage. */
    record Copy(Place on, StoredFile file, String path) implements FileStep {

        @Override
        public String storage() {
            return file.storage();
        }

        @Override
        public String field() {
            return "spec.source.file";
        }

        @Override
        public String action() {
            return "copy " + path + " to " + file.storage();
        }

        @Override
        public String operation() {
            return "copy-template";
        }
    }

    /** Builds a root file system. */
    record Bootstrap(
            Place on,
            StoredFile file,
            String distribution,
            @Nullable String suite) implements FileStep {

        @Override
        public String storage() {
            return file.storage();
        }

        @Override
        public String field() {
            return "spec.source.bootstrap";
        }

        @Override
        public String action() {
            return "build " + distribution + (suite == null ? "" : " " + suite) + " in " + file.storage();
        }

        @Override
        public String operation() {
            return "bootstrap-template";
        }
    }

    /** Deletes the file. */
    record Delete(Place on, String storage, String volumeId) implements FileStep {

        @Override
        public String field() {
            return "spec.deletionPolicy";
        }

        @Override
        public String action() {
            return "delete file " + volumeId + "; guests that were made from it keep their own disks";
        }

        @Override
        public String operation() {
            return "delete-template";
        }
    }
}
