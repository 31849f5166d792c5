package ai.thinkheads.phoenix.engine.store.sqlite;

import ai.thinkheads.phoenix.api.Resource;
import ai.thinkheads.phoenix.api.codec.ResourceCodec;
import ai.thinkheads.phoenix.engine.store.Store.Change;
import ai.thinkheads.phoenix.engine.store.StoreException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The file: its tables, one transaction for a batch, and what its errors mean for a user. Used by one thread at a time. */
final class Database implements AutoCloseable {

    /** Kept in {@code PRAGMA user_version}; raised with every change of the tables. */
    static final int SCHEMA = 1;

    /**
     * Bytes that the write-ahead log keeps when it begins anew. Twice what it grows to between two checkpoints (1,000 pages of 4 KiB),
     * so that nothing is cut and made again in everyday use; one very large batch does not leave a large file behind for good.
     */
    static final int WAL_KEPT = 8 << 20;

    /** Enough for all processors, and little beside what is kept of it. */
    private static final int DECODED_AT_ONCE = 512;

    private final Path file;
    private final Connection connection;

    private Database(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    Path file() {
        return file;
    }

    static Database open(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(5000);
        config.setJournalSizeLimit(WAL_KEPT);
        Connection connection = null;
        try {
            connection = config.createConnection("jdbc:sqlite:" + file);
            Database database = new Database(file, connection);
            database.check();
            database.createTables();
            return database;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw explain(file, e);
        } catch (StoreException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    private void check() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("PRAGMA quick_check(1)")) {
            if (answer.next() && !"ok".equals(answer.getString(1))) {
                throw damaged(file, String.valueOf(answer.getString(1)), null);
            }
        }
    }

    private void createTables() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int found;
            try (ResultSet version = statement.executeQuery("PRAGMA user_version")) {
                found = version.next() ? version.getInt(1) : 0;
            }
            if (found > SCHEMA) {
                throw new StoreException.Unavailable(
                        file + " was written by a newer Phoenix (tables of version " + found + ", this one knows "
                                + SCHEMA + "); install that version or a newer one",
                        null);
            }
            if (found < SCHEMA) {
                statement.execute("BEGIN IMMEDIATE");
                statement.executeUpdate(
                        "CREATE TABLE IF NOT EXISTS resource (kind TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL,"
                                + " PRIMARY KEY (kind, name)) WITHOUT ROWID");
                statement.executeUpdate(
                        "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID");
                statement.executeUpdate("INSERT OR IGNORE INTO counter (name, value) VALUES ('revision', 0)");
                statement.executeUpdate("PRAGMA user_version = " + SCHEMA);
                statement.execute("COMMIT");
            }
        }
    }

    /** Lets the file grow to so many pages and no further, as a full disk would. */
    void limit(long pages) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
        }
    }

    /** Refuses every write, as a read-only file system would, or takes them again. */
    void freeze(boolean frozen) throws SQLException {
        execute("PRAGMA query_only = " + frozen);
    }

    long revision() {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT value FROM counter WHERE name = 'revision'")) {
            return rows.next() ? rows.getLong(1) : 0;
        } catch (SQLException e) {
            throw explain(file, e);
        }
    }

    /** Everything that is stored. What was read from the file is decoded by all processors, a part at a time. */
    List<Resource<?, ?>> readAll() {
        List<Resource<?, ?>> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT kind, name, body FROM resource")) {
            List<Stored> part = new ArrayList<>();
            while (rows.next()) {
                part.add(new Stored(rows.getString(1), rows.getString(2), rows.getBytes(3)));
                if (part.size() == DECODED_AT_ONCE) {
                    decode(part, all);
                }
            }
            decode(part, all);
            return all;
        } catch (SQLException e) {
            throw explain(file, e);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Stored(String kind, String name, byte[] body) {}

    private void decode(List<Stored> part, List<Resource<?, ?>> all) {
        all.addAll(part.parallelStream().<Resource<?, ?>>map(this::decode).toList());
        part.clear();
    }

    private Resource<?, ?> decode(Stored row) {
        try {
            return ResourceCodec.read(row.body());
        } catch (RuntimeException e) {
            throw damaged(file, row.kind() + "/" + row.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Writes all of them or none. Begins and ends the transaction itself: SQLite ends one on its own when the disk is full, of
     * which the driver's own bookkeeping knows nothing.
     */
    void commit(List<Write> batch) throws SQLException {
        execute("BEGIN IMMEDIATE");
        try (PreparedStatement put = connection.prepareStatement(
                        "INSERT OR REPLACE INTO resource (kind, name, body) VALUES (?, ?, ?)");
                PreparedStatement remove =
                        connection.prepareStatement("DELETE FROM resource WHERE kind = ? AND name = ?");
                PreparedStatement count =
                        connection.prepareStatement("UPDATE counter SET value = ? WHERE name = 'revision'")) {
            long revision = 0;
            for (Write write : batch) {
                Change change = write.change();
                if (change == null) {
                    continue;
                }
                Resource<?, ?> resource = change.resource();
                revision = change.revision();
                boolean deletion = change.type() == Change.Type.DELETED;
                PreparedStatement statement = deletion ? remove : put;
                statement.setString(1, resource.kind().name());
                statement.setString(2, resource.name());
                if (!deletion) {
                    statement.setBytes(3, write.encode());
                }
                statement.executeUpdate();
            }
            count.setLong(1, revision);
            count.executeUpdate();
            execute("COMMIT");
        } catch (SQLException | RuntimeException | Error e) {
            try {
                execute("ROLLBACK");
            } catch (SQLException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // Everything that was acknowledged is on disk already.
        }
    }

    /** What an error of SQLite means for a user. */
    static StoreException.Unavailable explain(Path file, SQLException error) {
        SQLiteErrorCode code =
                error instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
        int primary = code.code & 0xff;
        if (primary == SQLiteErrorCode.SQLITE_FULL.code) {
            return new StoreException.Unavailable(
                    "there is no space left for " + file + "; nothing was changed, make room and try again", error);
        }
        if (primary == SQLiteErrorCode.SQLITE_READONLY.code || primary == SQLiteErrorCode.SQLITE_PERM.code) {
            return new StoreException.Unavailable(
                    file
                            + " cannot be written; nothing was changed, check the owner and that the file system is not read-only",
                    error);
        }
        if (primary == SQLiteErrorCode.SQLITE_CORRUPT.code || primary == SQLiteErrorCode.SQLITE_NOTADB.code) {
            return damaged(file, String.valueOf(error.getMessage()), error);
        }
        if (primary == SQLiteErrorCode.SQLITE_CANTOPEN.code) {
            return new StoreException.Unavailable(
                    file + " cannot be opened; check that its folder exists and may be written", error);
        }
        return new StoreException.Unavailable("the store " + file + " failed: " + error.getMessage(), error);
    }

    private static StoreException.Unavailable damaged(
            Path file, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new StoreException.Unavailable(
                file + " is damaged (" + what
                        + "); move it away, start again and apply your manifests: what is on the host is recognised "
                        + "and left as it is",
                cause);
    }
}
