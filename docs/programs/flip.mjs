// A solver as a program: answers with the one of four mirror images that fits every pair.
import { createInterface } from "node:readline";

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const images = [
  (grid) => grid.map((row) => row.toReversed()),
  (grid) => grid.toReversed(),
  (grid) => grid.map((row) => row.toReversed()).toReversed(),
  (grid) => grid[0].map((_, column) => grid.map((row) => row[column])),
];
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

say({ type: "hello", protocol: 1 });
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.type !== "puzzle") continue;
  const attempts = message.budget.attempts;
  const fits = images.filter((image) =>
    message.train.every((pair) => same(image(pair.input), pair.output)),
  );
  const guesses = message.test.map((grid) => fits.slice(0, attempts).map((image) => image(grid)));
  say({ type: "answer", guesses });
  say({ type: "done" });
}
