"""The tax portal (税务): its words, colours and one small task. Signing in is not its business."""
