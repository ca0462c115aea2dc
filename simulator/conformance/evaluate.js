// Evaluates expressions by the reference implementation of JSONata: a line of JSON in, a line out.
// What Step Functions adds to JSONata and the workflows use is added here; see `reference.py`.
"use strict";

const readline = require("node:readline");
const jsonata = require("jsonata");

const compiled = new Map();

function compile(expression) {
  if (!compiled.has(expression)) {
    compiled.set(expression, jsonata(expression));
  }
  return compiled.get(expression);
}

async function answer({ expression, inputs, drawn }) {
  try {
    const code = compile(expression);
    const left = [...drawn];
    code.registerFunction("parse", (text) => (text === undefined ? text : JSON.parse(text)));
    code.registerFunction("random", () => left.shift());
    const value = await code.evaluate(undefined, inputs);
    return value === undefined ? { failed: "undefined" } : { value };
  } catch (error) {
    return { failed: `${error.code ?? error.name}: ${error.message}` };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const text = JSON.stringify(await answer(JSON.parse(line)));
    if (!process.stdout.write(`${text}\n`)) {
      await new Promise((resolve) => process.stdout.once("drain", resolve));
    }
  }
}

main();
