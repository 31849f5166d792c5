package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.hosts.port.Templates;

/** Does what {@link FileStep}s say. */
public final class FileWriter {

    private FileWriter() {}

    /** Does one step and reads back. A file appears under its name only when it is complete, so an interrupted step is repeated. */
    public static void execute(FileStep step, ResourceKey key, OpenHost open) {
        Templates templates = open.host().templates();
        switch (step) {
            case FileStep.Download download -> {
                StoredFile file = download.file();
                if (download.spoiled() != null) {
                    templates.delete(download.spoiled());
                    open.readBack().template(download.spoiled());
                }
                templates.download(
                        file.storage(), file.type(), file.name(), download.url(), String.valueOf(file.sha256()));
                readBack(file, key, open);
            }
            case FileStep.Copy copy -> {
                StoredFile file = copy.file();
                templates.copyFile(file.storage(), file.type(), file.name(), copy.path());
                readBack(file, key, open);
            }
            case FileStep.Bootstrap bootstrap -> {
                StoredFile file = bootstrap.file();
                templates.bootstrap(file.storage(), file.name(), bootstrap.distribution(), bootstrap.suite());
                readBack(file, key, open);
            }
            case FileStep.Delete delete -> {
                templates.delete(delete.volumeId());
                open.readBack().template(delete.volumeId());
            }
        }
    }

    private static void readBack(StoredFile file, ResourceKey key, OpenHost open) {
        Templates templates = open.host().templates();
        String volumeId = templates.volumeId(file.storage(), file.type(), file.name());
        open.readBack().template(volumeId).filter(file::isSpoiled).ifPresent(wrong -> {
            templates.delete(volumeId);
            open.readBack().template(volumeId);
            throw new ReconcileException(
                    "ChecksumMismatch",
                    key + ": " + file.name() + " has the checksum " + wrong.sha256() + " and not " + file.sha256()
                            + "; it was deleted; see whether the source has changed and give its new sha256",
                    false,
                    null);
        });
    }
}
