package ai.thinkheads.phoenix.engine.secret;

import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * A vault in a folder: a file for each Secret, sealed with AES-GCM by a key that lies beside them in a file of mode 0600. The
 * folder's permissions are what protects the values; the sealing keeps them out of searches, diffs and careless copies.
 */
public final class SealedVault implements Vault {

    private static final int IV_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Path folder;
    private final SecretKeySpec key;
    private final Fingerprints fingerprints;
    private final SecureRandom random;
    private final Map<String, Map<String, String>> opened = new ConcurrentHashMap<>();

    private SealedVault(Path folder, byte[] key, SecureRandom random) {
        this.folder = folder;
        this.key = new SecretKeySpec(key, "AES");
        this.fingerprints = new Fingerprints(key);
        this.random = random;
    }

    /**
     * Opens the vault in that folder, making it and its key if they are not there.
     *
     * @throws VaultException when the folder cannot be used
     */
    public static SealedVault open(Path folder, SecureRandom random) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            Path file = folder.resolve("key");
            if (!Files.exists(file)) {
                byte[] fresh = new byte[32];
                random.nextBytes(fresh);
                write(folder, "key", fresh);
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            byte[] key = Files.readAllBytes(file);
            if (key.length != 32) {
                throw new VaultException("the key " + file
                        + " is damaged; restore the folder from a backup, or move it away and set the Secrets anew");
            }
            return new SealedVault(folder, key, random);
        } catch (IOException e) {
            throw new VaultException("the vault " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<String> get(String secret, String key) {
        return Optional.ofNullable(all(secret).get(key));
    }

    @Override
    public Map<String, String> all(String secret) {
        Map<String, String> known = opened.get(secret);
        return known != null ? known : read(secret);
    }

    private synchronized Map<String, String> read(String secret) {
        return opened.computeIfAbsent(secret, this::unseal);
    }

    @Override
    public synchronized void put(String secret, Map<String, String> values) {
        Map<String, String> sorted = Collections.unmodifiableMap(new TreeMap<>(values));
        if (isStored(secret, sorted)) {
            return;
        }
        try {
            byte[] iv = new byte[IV_BYTES];
            random.nextBytes(iv);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, iv));
            cipher.updateAAD(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            byte[] sealed = cipher.doFinal(ResourceCodec.json().writeValueAsBytes(sorted));
            write(
                    folder,
                    name(secret),
                    ByteBuffer.allocate(iv.length + sealed.length)
                            .put(iv)
                            .put(sealed)
                            .array());
            opened.put(secret, sorted);
        } catch (GeneralSecurityException e) {
            throw new VaultException("Secret/" + secret + " cannot be sealed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new VaultException("Secret/" + secret + " cannot be written to " + folder + ": " + e.getMessage(), e);
        }
    }

    /** A damaged file holds nothing; values that are set anew take its place. */
    private boolean isStored(String secret, Map<String, String> values) {
        try {
            return Files.exists(file(secret)) && values.equals(all(secret));
        } catch (VaultException e) {
            return false;
        }
    }

    @Override
    public synchronized void remove(String secret) {
        try {
            if (Files.deleteIfExists(file(secret))) {
                flush(folder);
            }
            opened.remove(secret);
        } catch (IOException e) {
            throw new VaultException(
                    "Secret/" + secret + " cannot be removed from " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String fingerprint(String value) {
        return fingerprints.of(value);
    }

    private Map<String, String> unseal(String secret) {
        Path file = file(secret);
        if (!Files.exists(file)) {
            return Map.of();
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length <= IV_BYTES) {
                throw new VaultException(file + " is damaged; set Secret/" + secret + " anew");
            }
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, bytes, 0, IV_BYTES));
            cipher.updateAAD(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            byte[] plain = cipher.doFinal(bytes, IV_BYTES, bytes.length - IV_BYTES);
            return Collections.unmodifiableMap(
                    ResourceCodec.json().readValue(plain, new TypeReference<TreeMap<String, String>>() {}));
        } catch (GeneralSecurityException | JacksonException e) {
            throw new VaultException(file + " is damaged or sealed by another key; set Secret/" + secret + " anew");
        } catch (IOException e) {
            throw new VaultException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Path file(String secret) {
        return folder.resolve(name(secret));
    }

    /** The Secret's name in hexadecimal, so that no name can lead out of the folder. */
    private static String name(String secret) {
        return HexFormat.of().formatHex(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8)) + ".sealed";
    }

    private static void write(Path folder, String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Path fresh = folder.resolve(name + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        flush(folder);
    }

    /** A name that was made or removed is durable once its folder is. */
    private static void flush(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
