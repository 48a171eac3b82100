"""From rows to a student: corpus, tokenizer, GPT-2 teacher, distillation, evaluation."""
