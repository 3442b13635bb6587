"""What people put on things of any app: comments, labels, stars. An app takes part by `Shareable.marks` alone."""
