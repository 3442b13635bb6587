"""The DAV engine: wsgidav carrying our methods. It knows no app; the apps supply the trees."""
