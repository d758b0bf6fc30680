// GOV.UK Frontend's behaviour for the parts our forms use.
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";

// What an option opens is shown by style alone: aria-expanded, which GOV.UK's script sets, is not for radio buttons.
const parts = [CharacterCount, Checkboxes, ErrorSummary, PasswordInput];

export function start(root = document) {
  for (const Part of parts) {
    for (const element of root.querySelectorAll(`[data-module="${Part.moduleName}"]`)) {
      if (!element.hasAttribute(`data-${Part.moduleName}-init`)) new Part(element);
    }
  }
}
