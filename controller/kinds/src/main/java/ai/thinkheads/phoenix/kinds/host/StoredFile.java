package ai.thinkheads.phoenix.kinds.host;

import ai.thinkheads.phoenix.api.Kinds;
import ai.thinkheads.phoenix.api.ResourceKey;
import ai.thinkheads.phoenix.api.v1alpha1.StoragePoolSpec;
import ai.thinkheads.phoenix.engine.reconcile.ReconcileException;
import ai.thinkheads.phoenix.engine.reconcile.Resources;
import ai.thinkheads.phoenix.hosts.port.HostState;
import ai.thinkheads.phoenix.hosts.port.Templates;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A file that a storage has to hold. Its name begins with its checksum where one is known, so that other content never comes
 * under a name that is taken, and what was made from the old file keeps it.
 *
 * @param storage the identifier of the storage on the host
 * @param sha256 null when only the host knows what is in it
 */
public record StoredFile(
        String storage,
        Templates.Type type,
        String name,
        @Nullable String sha256) {

    private static final int DIGITS = 12;
    private static final String IMAGE_END = ".qcow2";

    /** The file of that URL or path. */
    public static StoredFile of(String storage, Templates.Type type, String from, @Nullable String sha256) {
        String base = from.substring(from.lastIndexOf('/') + 1);
        int end = base.indexOf('?');
        String plain = (end < 0 ? base : base.substring(0, end)).replaceAll("[^A-Za-z0-9._+~-]", "-");
        String name = plain.isEmpty() || !Character.isLetterOrDigit(plain.charAt(0)) ? "file" + plain : plain;
        return new StoredFile(storage, type, sha256 == null ? name : sha256.substring(0, DIGITS) + "-" + name, sha256);
    }

    /** That file as the host has it: by its name, or under any name when the checksum is the same. */
    public Optional<Templates.Observed> in(HostState state) {
        return state.templates().values().stream()
                .filter(file -> file.storage().equals(storage) && file.type() == type)
                .filter(file -> isNamed(file) || (sha256 != null && sha256.equals(file.sha256())))
                .min(Comparator.comparing((Templates.Observed file) -> !isNamed(file))
                        .thenComparing(Templates.Observed::volumeId));
    }

    /** A host that tells an image's format by the end of its name may have added one. */
    private boolean isNamed(Templates.Observed file) {
        return file.volumeId().endsWith("/" + name)
                || type == Templates.Type.DISK_IMAGE && file.volumeId().endsWith("/" + name + IMAGE_END);
    }

    /** Whether what the host has under this name is something else, as far as the host knows. */
    public boolean isSpoiled(Templates.Observed file) {
        return sha256 != null && file.sha256() != null && !sha256.equals(file.sha256());
    }

    /**
     * Refuses when the StoragePool may not keep such files.
     *
     * @param reference the name of the StoragePool
     * @param wanted one of these has to be among its content
     */
    public static void checkContent(
            ResourceKey key, String reference, Resources resources, StoragePoolSpec.Content... wanted) {
        resources.get(Kinds.STORAGE_POOL, reference).ifPresent(storage -> {
            for (StoragePoolSpec.Content each : wanted) {
                if (storage.spec().content().contains(each)) {
                    return;
                }
            }
            String words = Arrays.stream(wanted)
                    .map(each -> each.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(" or "));
            throw new ReconcileException(
                    "WrongStorage",
                    key + ": spec.storage: StoragePool/" + reference + " keeps "
                            + storage.spec().content().stream()
                                    .map(StoragePoolSpec.Content::word)
                                    .collect(Collectors.joining(", "))
                            + " and not " + words + "; add it to that storage's spec.content, or name another storage",
                    false,
                    null);
        });
    }
}
