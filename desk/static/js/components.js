// The components' own behaviour: errors that take the focus, characters left, passwords to look at.
// Parts that belong to one choice are shown by the style sheet, with scripts or without.
import {
  Button,
  CharacterCount,
  ErrorSummary,
  PasswordInput,
  createAll,
} from "../vendor/govuk-frontend-6.3.0.min.js";

// A character is what a person counts as one, as on the server: an emoji is not two.
CharacterCount.prototype.updateCount = function updateCount() {
  this.count = Array.from(this.$textarea.value.trim()).length;
};

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const component of [Button, CharacterCount, ErrorSummary, PasswordInput]) createAll(component);
