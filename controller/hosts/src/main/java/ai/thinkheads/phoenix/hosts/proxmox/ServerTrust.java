package ai.thinkheads.phoenix.hosts.proxmox;

import ai.thinkheads.phoenix.hosts.port.HostException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the certificate of the API: it is the pinned one, or an authority that is known has signed it for this name. There is
 * no way to switch that off.
 */
final class ServerTrust extends X509ExtendedTrustManager {

    private final @Nullable String pinned;
    private final @Nullable X509ExtendedTrustManager authorities;

    private ServerTrust(@Nullable String pinned, @Nullable X509ExtendedTrustManager authorities) {
        this.pinned = pinned;
        this.authorities = authorities;
    }

    /** The certificate is not the one that is pinned, or nobody who is trusted has signed it. */
    static final class UntrustedException extends CertificateException {
        private static final long serialVersionUID = 1;

        private final String seen;

        UntrustedException(String seen, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.seen = seen;
        }

        /** The fingerprint of the certificate that the host showed. */
        String seen() {
            return seen;
        }
    }

    /** What makes connections that trust that. */
    static SSLContext context(Login.Trust trust) {
        try {
            X509ExtendedTrustManager authorities = trust.fingerprint() != null ? null : authorities(trust.authority());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new ServerTrust(trust.fingerprint(), authorities)}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new HostException(
                    HostException.Cause.DENIED,
                    "the key 'ca.crt' of the Secret of spec.credentials holds no certificate: " + e.getMessage(),
                    e);
        }
    }

    private static X509ExtendedTrustManager authorities(@Nullable String pem)
            throws GeneralSecurityException, IOException {
        KeyStore store = null;
        if (pem != null) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            Collection<? extends Certificate> all = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            if (all.isEmpty()) {
                throw new CertificateException("it is empty");
            }
            int number = 0;
            for (Certificate each : all) {
                store.setCertificateEntry("ca" + number++, each);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager each : factory.getTrustManagers()) {
            if (each instanceof X509ExtendedTrustManager manager) {
                return manager;
            }
        }
        throw new CertificateException("this Java has no trust manager for X.509");
    }

    private interface Check {
        void run(X509ExtendedTrustManager manager) throws CertificateException;
    }

    private void check(X509Certificate[] chain, Check check) throws CertificateException {
        String seen = fingerprint(chain[0]);
        if (pinned != null) {
            if (!seen.equals(pinned)) {
                throw new UntrustedException(
                        seen,
                        "the certificate has changed: its SHA-256 fingerprint is " + colons(seen) + " and not "
                                + colons(pinned),
                        null);
            }
            return;
        }
        if (authorities == null) {
            throw new CertificateException("nothing is trusted");
        }
        try {
            check.run(authorities);
        } catch (CertificateException e) {
            throw new UntrustedException(seen, String.valueOf(e.getMessage()), e);
        }
    }

    private static String fingerprint(X509Certificate certificate) throws CertificateException {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException e) {
            throw new CertificateException(e);
        }
    }

    /** A fingerprint as people compare it. */
    static String colons(String digits) {
        return digits.replaceAll("(..)(?=.)", "$1:");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, type, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, type, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain, manager -> manager.checkServerTrusted(chain, type));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("this is a client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities == null ? new X509Certificate[0] : authorities.getAcceptedIssuers();
    }
}
