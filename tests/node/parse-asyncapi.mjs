// Reads an AsyncAPI document with the outside parser and prints what it understood, as JSON.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const [, , modules, path] = process.argv;
const require = createRequire(join(modules, "package.json"));
const { Parser } = require("@asyncapi/parser");

const { document, diagnostics } = await new Parser().parse(await readFile(path, "utf-8"));
const said = {
  errors: diagnostics.filter((one) => one.severity === 0).map((one) => `${one.path.join("/")}: ${one.message}`),
  warnings: diagnostics.filter((one) => one.severity === 1).map((one) => `${one.path.join("/")}: ${one.message}`),
  channels: {},
  operations: {},
};
for (const channel of document?.channels().all() ?? []) {
  said.channels[channel.address()] = channel.messages().all().map((message) => message.name()).sort();
}
for (const operation of document?.operations().all() ?? []) {
  said.operations[operation.id()] = [operation.action(), ...operation.channels().all().map((channel) => channel.address())];
}
console.log(JSON.stringify(said));
