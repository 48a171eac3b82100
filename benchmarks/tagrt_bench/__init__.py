"""Every peer on the same rows and machine: training, judging, timing, and the report (extra `bench`)."""
