// Says whether an AsyncAPI document is valid: `node validate.mjs FILE`. Exit status 1 for an error or a warning.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const WARNING = 1; // 0 is an error; what is higher is advice
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const faults = diagnostics.filter((one) => one.severity <= WARNING);
for (const fault of faults) console.error(`${fault.path.join(".")}: ${fault.message}`);
if (!document || faults.length) process.exit(1);
console.log(`${process.argv[2]}: AsyncAPI ${document.version()}, ${document.channels().all().length} channels`);
