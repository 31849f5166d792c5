package ai.thinkheads.phoenix.kinds.secret;

import ai.thinkheads.phoenix.api.v1alpha1.SecretSpec.Generate.Alphabet;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** The files, the environment and the random numbers of the machine that the controller runs on. */
public final class MachineSecretSources implements SecretSources {

    private static final int LARGEST = 1 << 20;
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String HEX = "0123456789abcdef";

    private final SecureRandom random = new SecureRandom();

    @Inject
    MachineSecretSources() {}

    @Override
    public String file(String path) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("the controller's user may not read it", e);
        }
        if (bytes.length > LARGEST) {
            throw new IOException("it is larger than 1 MiB");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            // The cause would quote bytes of the value.
            throw new IOException("it is not text in UTF-8");
        }
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(System.getenv(name));
    }

    @Override
    public String generate(int length, Alphabet alphabet) {
        String letters = alphabet == Alphabet.HEX ? HEX : ALPHANUMERIC;
        StringBuilder value = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            value.append(letters.charAt(random.nextInt(letters.length())));
        }
        return value.toString();
    }
}
