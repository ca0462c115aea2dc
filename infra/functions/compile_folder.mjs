// Runs compile_folder.py in CPython under Node: node compile_folder.mjs FOLDER RUNS_IN MAGIC
import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [folder, ...rest] = process.argv.slice(2);
const program = readFileSync(new URL("compile_folder.py", import.meta.url), "utf8");
const python = await loadPyodide();
python.mountNodeFS("/folder", folder);
python.runPython(`import sys; sys.argv = ${JSON.stringify(["compile_folder.py", "/folder", ...rest])}`);
python.runPython(program);
