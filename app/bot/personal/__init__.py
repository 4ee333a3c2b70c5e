"""«Мои данные»: what is known of a guest, a copy of it, and «Забудьте меня»."""
