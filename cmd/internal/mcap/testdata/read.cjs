// node read.cjs FILE reads a recording twice with @mcap/core, as a stream and by its index, checks every CRC, and prints what it found as JSON.
// A file without an index, such as a kill leaves, has nothing but the stream.
const fs = require("fs");
const { McapIndexedReader, McapStreamReader } = require("@mcap/core");
const { loadDecompressHandlers } = require("@mcap/support");

const found = (message, channel) => `${channel.id} ${message.sequence} ${message.logTime} ${Buffer.from(message.data)}`;
const plain = (map) => Object.fromEntries(map);

function readStream(bytes, decompressHandlers) {
  const out = { messages: [], metadata: [], whole: false };
  const channels = new Map();
  const reader = new McapStreamReader({ decompressHandlers, validateCrcs: true });
  reader.append(bytes);
  for (let r; (r = reader.nextRecord()); ) {
    if (r.type === "Unknown") throw new Error(`unknown record ${r.opcode}`);
    if (r.type === "Channel") channels.set(r.id, r);
    if (r.type === "Message") out.messages.push(found(r, channels.get(r.channelId)));
    if (r.type === "Metadata") out.metadata.push([r.name, plain(r.metadata)]);
  }
  out.whole = reader.done();
  return out;
}

async function readIndexed(bytes, decompressHandlers) {
  const readable = { size: async () => BigInt(bytes.length), read: async (at, n) => bytes.subarray(Number(at), Number(at + n)) };
  const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers });
  const out = { messages: [], chunks: reader.chunkIndexes.length, counted: Number(reader.statistics.messageCount), profile: reader.header.profile };
  out.channels = [...reader.channelsById.values()].map((c) => [c.topic, plain(c.metadata), reader.schemasById.get(c.schemaId)?.name ?? ""]);
  for await (const m of reader.readMessages({ validateCrcs: true })) out.messages.push(found(m, reader.channelsById.get(m.channelId)));
  return out;
}

(async () => {
  const bytes = new Uint8Array(fs.readFileSync(process.argv[2]));
  const handlers = await loadDecompressHandlers();
  const stream = readStream(bytes, handlers);
  const indexed = stream.whole ? await readIndexed(bytes, handlers) : null;
  console.log(JSON.stringify({ stream, indexed }));
})();
