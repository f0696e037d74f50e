// How well a new password would stand up to guessing: a hint while it is typed, which nothing rests on. Nothing leaves the page.
for (const told of document.querySelectorAll("[data-strength]")) {
  const field = document.getElementById(told.dataset.strength);
  const words = [told.dataset.weak, told.dataset.fair, told.dataset.strong];
  field?.addEventListener("input", () => {
    const bits = estimate(field.value);
    told.textContent = field.value ? words[bits < 40 ? 0 : bits < 60 ? 1 : 2] : "";
  });
}

// Bits, roughly: what continues a row, repeats, or goes on with a word says little.
function estimate(text) {
  const letters = [...text];
  let [bits, run] = [0, 0];
  letters.forEach((letter, at) => {
    const step = at && letter.codePointAt(0) - letters[at - 1].codePointAt(0);
    const seen = letters.indexOf(letter) < at;
    run = /\p{L}/u.test(letter) ? run + 1 : 0;
    if (at && Math.abs(step) <= 1) bits += 0.5;
    else if (run > 2) bits += 2;
    else bits += (/\p{Ll}/u.test(letter) ? 4.5 : /\d/.test(letter) ? 3.3 : 5.5) / (seen ? 1.5 : 1);
  });
  return bits;
}
